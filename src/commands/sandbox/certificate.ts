import { writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createClients } from "../../aws/clients.ts";
import { Lecture05Error } from "../../errors.ts";
import { shown, type LocalizedText } from "../../text.ts";
import type { Command } from "../command.ts";
import { identify } from "../identity.ts";
import type { SandboxEndpoint } from "../services.ts";

/** A name that nobody can own (RFC 6761), so that no program of this machine means something else by it. */
const defaultDomain = "lecture05.test";
/** As ACM accepts them; a wildcard is one, too. */
const domainName = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Has the sandbox issue a certificate, and says how clients come to trust it. The same one when asked again. */
export const certificate: Command = async (invocation) => {
  const domain = (invocation.args[0] ?? defaultDomain).toLowerCase();
  if (!domainName.test(domain)) {
    throw new Lecture05Error("USAGE", {
      what: { en: `"${shown(domain)}" is no domain name`, ja: `"${shown(domain)}" はドメイン名ではありません` },
      next: ["lecture05 sandbox certificate www.example.test"],
    });
  }
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const reporter = await invocation.reporter();
  const endpoint = await control.ensure({
    onProgress: (message) => reporter.progress(message),
    signal: invocation.signal(),
  });
  const { home } = await control.status();
  reporter.pause();
  const { arn, authority } = await issue(endpoint, identify(invocation.preferences).region, domain);
  const file = join(home, "ca.pem");
  // No secret, but nothing in this directory is for others.
  await writeFile(file, authority, { mode: 0o600 });
  if (invocation.json) {
    invocation.print(JSON.stringify({ type: "sandbox.certificate", arn, domain, authority: file }));
    return 0;
  }
  const words = (text: LocalizedText): string => invocation.text(text);
  invocation.print(
    `[sandbox] ${words({ en: `a certificate for ${domain}:`, ja: `${domain} の証明書:` })}`,
    `  ${arn}`,
    words({ en: "HTTPS with it:", ja: "HTTPS で起動:" }),
    `  lecture05 up --certificate ${arn}`,
    words({ en: "The authority that signed it:", ja: "署名した認証局:" }),
    `  ${file}`,
    words({
      en: "The page, once it is up (the name has no DNS; ADDRESS is the load balancer's, see lecture05 status):",
      ja: "起動後のページ (この名前は DNS にないため、ADDRESS に lecture05 status のロードバランサーを指定):",
    }),
    `  curl --cacert ${file} --connect-to ${domain.replace("*", "www")}:443:ADDRESS:443 https://${domain.replace("*", "www")}/`,
  );
  return 0;
};

async function issue(
  { url, credentials }: SandboxEndpoint,
  region: string,
  domain: string,
): Promise<{ arn: string; authority: string }> {
  const clients = createClients({ region, endpoint: url, credentials });
  try {
    const { GetCertificateCommand, RequestCertificateCommand } = await import("@aws-sdk/client-acm");
    const client = await clients.acm();
    const IdempotencyToken = createHash("sha256").update(`${region} ${domain}`).digest("hex").slice(0, 32);
    const request = { DomainName: domain, ValidationMethod: "DNS", IdempotencyToken } as const;
    const { CertificateArn: arn = "" } = await client.send(new RequestCertificateCommand(request));
    const issued = await client.send(new GetCertificateCommand({ CertificateArn: arn }));
    return { arn, authority: issued.CertificateChain ?? "" };
  } finally {
    clients.destroy();
  }
}
