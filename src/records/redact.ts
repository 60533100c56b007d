/**
 * Takes secrets out of text that is written anywhere. Two nets: values known to be secret, in whatever spelling, and
 * shapes that secrets have (keys, tokens, headers, settings, passwords in URLs, presigned URLs).
 */

// Repetitions are bounded, because texts of a megabyte without a blank come by as well.
const names =
  "[A-Z0-9_]{0,60}(?:SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|PRIVATE_KEY|ACCESS_KEY|MASTER_KEY|API_KEY|ENCRYPTION_KEY)[A-Z0-9_]{0,60}";
const settings = "[a-z_]{0,60}(?:secret_?access_?key|session_?token|secret_?key_?base|master_?key|passw(?:or)?d)";
/** Quoted, or up to the next blank; what the shell has yet to put in ($(openssl …), $token) is no secret itself. */
const value = String.raw`(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?!\$[({A-Za-z_])[^\s"']+)`;
/** A quote of JSON, also in a text that was quoted once more. */
const quote = String.raw`\\*"`;
const jsonNames = "SecretAccessKey|SessionToken|Token|Password|secret_key_base";
const schemes = "Basic|Bearer|Token|Digest|Negotiate|AWS4-HMAC-SHA256";

const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted private key]"],
  // Its second half, where a text was cut.
  [/(?<=^|\n)(?:[A-Za-z0-9+/=]+\n)+-----END [A-Z ]*PRIVATE KEY-----/g, "[redacted private key]"],
  // A header goes on to the end of its line, or of the quotes that it stands in.
  [new RegExp(String.raw`\b(authorization\\*["']?\s*:\s*\\*["']?(?:${schemes}) )[^"'\\\r\n]+`, "gi"), "$1[redacted]"],
  [/\b((?:set-)?cookie\\*["']?\s*:\s*\\*["']?)(?!\$)[\w%.-]+=[^"'\\\r\n]+/gi, "$1[redacted]"],
  [/\b(x-[a-z0-9-]{0,40}token\\*["']?\s*:\s*\\*["']?)(?!\$)[^\s"'\\]+/gi, "$1[redacted]"],
  [/\b(X-Amz-(?:Signature|Security-Token|Credential)(?:=|%3D))[^\s&"'\\]+/gi, "$1[redacted]"],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, "$1****************"],
  [
    new RegExp(`(--[a-z-]{0,40}(?:password|passwd|secret|token|api-key)[a-z-]{0,40}[= ]+)${value}`, "gi"),
    "$1[redacted]",
  ],
  [new RegExp(String.raw`\b(${names}=)${value}`, "gi"), "$1[redacted]"],
  // Files of settings: INI, YAML, Ruby.
  [new RegExp(String.raw`\b(${settings}(?::? *[:=]>? *))${value}`, "gi"), "$1[redacted]"],
  [new RegExp(String.raw`(${quote}(?:${jsonNames})${quote}\s*:\s*${quote})[^"\\]*`, "gi"), "$1[redacted]"],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']*):[^\s/"']+@/gi, "$1:[redacted]@"],
  [/\beyJ[\w-]{10,}\.[\w-]{4,}\.[\w-]{4,}/g, "[redacted token]"],
];

/** Rails signs the addresses of pictures: who has one may fetch it. */
const pictureAddress = /\/rails\/active_storage\/[^\s"'\\]{1,2000}/g;

/** Shorter ones are words of every day: taking them out would only make texts unreadable. */
const shortestSecret = 8;
/** Of this process, so that no place that writes has to be handed them, and none can forget to ask. */
const known = new Set<string>();

/** From now on these values appear nowhere, in none of the usual encodings. */
export function learnSecrets(...secrets: readonly (string | undefined)[]): void {
  for (const secret of secrets) {
    if (secret === undefined || secret.length < shortestSecret) continue;
    const bytes = Buffer.from(secret);
    for (const spelling of [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      bytes.toString("base64").replace(/=+$/, ""),
      bytes.toString("base64url"),
      bytes.toString("hex"),
    ]) {
      known.add(spelling);
    }
  }
}

/** How the environment calls what is secret. */
export const secretName =
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|PRIVATE_KEY|MASTER_KEY|API_KEY|ENCRYPTION_KEY|KEY_BASE/i;

/** Learns what the environment calls a secret, and the passwords in its URLs. */
export function learnEnvironment(env: NodeJS.ProcessEnv): void {
  for (const [name, said = ""] of Object.entries(env)) {
    if (secretName.test(name)) learnSecrets(said);
    learnSecrets(passwordIn(said));
  }
}

/** The password of a URL. */
export function passwordIn(text: string): string | undefined {
  return /:\/\/[^\s/:@]{0,200}:([^\s/]+)@/.exec(text)?.[1];
}

export function redact(text: string): string {
  let clean = text;
  for (const secret of known) if (clean.includes(secret)) clean = clean.replaceAll(secret, "[redacted]");
  for (const [shape, replacement] of shapes) clean = clean.replace(shape, replacement);
  return clean.replace(pictureAddress, (address) => address.replaceAll(/--[0-9a-f]{16,128}\b/g, "--[redacted]"));
}

/** Every text in a value, however deep. Before it is written as JSON: afterwards quotes and line breaks are others. */
export function redactDeep<T>(given: T): T {
  if (typeof given === "string") return redact(given) as T;
  if (Array.isArray(given)) return given.map((part: unknown) => redactDeep(part)) as T;
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([key, part]) => [key, redactDeep(part as unknown)])) as T;
}
