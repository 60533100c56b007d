import { createHash, X509Certificate } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** Where administrators put the certificates of their own authorities: Debian's place, then Red Hat's. */
const ownDirectories = ["/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors"];
const debianDirectory = "/usr/share/ca-certificates/mozilla";

const proxyNames = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] as const;

/**
 * Certificate authorities that this machine trusts beyond Debian's own bundle. A company's proxy re-signs HTTPS, so
 * hosts need them for RubyGems just as this machine does.
 */
export async function extraAuthorities(environment: NodeJS.ProcessEnv): Promise<string[]> {
  const own = (await Promise.all(ownDirectories.map(readDirectory))).flat();
  const bundles = [environment.NODE_EXTRA_CA_CERTS, environment.SSL_CERT_FILE].filter((path) => path !== undefined);
  const bundled = await Promise.all(bundles.map((path) => readFile(path, "utf8").catch(() => "")));
  return missingFrom([...rootCertificates, ...(await readDirectory(debianDirectory))], [...own, ...bundled]);
}

/** The certificates in `candidates` (PEM texts, several each) that `known` lacks, each once, in a stable order. */
export function missingFrom(known: readonly string[], candidates: readonly string[]): string[] {
  const knownPrints = new Set(known.flatMap(certificatesIn).map(fingerprint));
  const found = new Map<string, string>();
  for (const pem of candidates.flatMap(certificatesIn)) {
    const print = fingerprint(pem);
    if (!knownPrints.has(print) && isCertificate(pem)) found.set(print, pem);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, pem]) => pem);
}

function certificatesIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function fingerprint(pem: string): string {
  const body = pem.replace(/-----[A-Z ]+-----|\s/g, "");
  return createHash("sha256").update(Buffer.from(body, "base64")).digest("hex");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

async function readDirectory(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  return Promise.all(names.sort().map((name) => readFile(join(directory, name), "utf8").catch(() => "")));
}

/** This machine's proxy variables, each in both spellings because programs read only one of them. */
export function proxyVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of proxyNames) {
    const value = environment[name] ?? environment[name.toLowerCase()] ?? environment[name.toUpperCase()];
    if (value) variables[name] = value;
  }
  // The metadata service and the AWS endpoint are never behind a proxy.
  for (const name of ["no_proxy", "NO_PROXY"]) {
    if (variables.http_proxy ?? variables.https_proxy) {
      variables[name] = [variables[name], "169.254.169.254", "localhost", "127.0.0.1"].filter(Boolean).join(",");
    }
  }
  return variables;
}
