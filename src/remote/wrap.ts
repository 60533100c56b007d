import { gunzipSync } from "node:zlib";
import type { RemoteScript } from "../ports/shell.ts";
import { commandLogDirectory } from "./paths.ts";
import { plainWord } from "./shell-quote.ts";

/** GetCommandInvocation returns at most 24,000 characters of standard output and 8,000 of standard error. */
const shownBytes = { out: 20_000, err: 7_000 } as const;
/** As base64, 16,500 bytes stay below the same limit. */
const pieceBytes = 16_500;
const trailer = "lecture05-output";

export type OutputStream = "out" | "err";

export interface WrapOptions {
  /** Marks this run's trailer, so that no script can print one by accident. Letters and digits. */
  readonly token: string;
  /** The name under which script and output are kept on the host. */
  readonly name: string;
}

/**
 * The command that carries a script. It keeps the script and its whole output on the host (root only), shows what AWS
 * lets through, and says how much there is. More than that is shown packed, because most of it is text.
 */
export function wrapScript({ text }: RemoteScript, options: WrapOptions): string {
  const [token, name] = [plainWord(options.token), plainWord(options.name)];
  const end = `END_${token}`;
  return `umask 077
mkdir -p ${commandLogDirectory}
log=${commandLogDirectory}/${name}
# A run whose caller went away may not be over: the same script never runs twice at a time.
exec 9>"$log.lock"
flock 9
cat >"$log.sh" <<'${end}'
${text.endsWith("\n") ? text : `${text}\n`}${end}
code=0
(umask 022; exec sh "$log.sh") >"$log.out" 2>"$log.err" </dev/null 9>&- || code=$?
size() { wc -c <"$1"; }
packed=0
if [ "$(size "$log.out")" -le ${shownBytes.out} ]; then
  cat "$log.out"
else
  packed=$(gzip -nc "$log.out" | wc -c)
  gzip -nc "$log.out" | head -c ${pieceBytes} | base64 -w 0
fi
head -c ${shownBytes.err} "$log.err" >&2
printf '\\n${trailer} ${token} %s %s %s\\n' "$(size "$log.out")" "$packed" "$(size "$log.err")"
exit "$code"
`;
}

/** What a command showed of its script's output. */
export interface ShownOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** The first piece of the packed output, when it was too much to be shown. */
  readonly packed?: { readonly firstPiece: Buffer; readonly sizeBytes: number };
  /** True when standard error goes on beyond what is shown. */
  readonly stderrCut: boolean;
}

export function unwrapOutput(stdout: string, stderr: string, token: string): ShownOutput {
  const shownError = withoutAgentsWord(stderr);
  const [, body = "", outBytes, packedBytes, errBytes] =
    new RegExp(`^([^]*)\\n${trailer} ${token} +(\\d+) +(\\d+) +(\\d+)\\s*$`).exec(stdout) ?? [];
  // Without its trailer the wrapper was killed: what is there is all there is.
  if (outBytes === undefined) return { stdout, stderr: shownError, stderrCut: false };
  const stderrCut = Number(errBytes) > shownBytes.err;
  if (Number(packedBytes) === 0) return { stdout: body, stderr: shownError, stderrCut };
  const packed = { firstPiece: Buffer.from(body, "base64"), sizeBytes: Number(packedBytes) };
  return { stdout: "", stderr: shownError, packed, stderrCut };
}

/** The agent adds a line of its own to standard error when a script fails. */
function withoutAgentsWord(stderr: string): string {
  return stderr.replace(/\n?failed to run commands: exit status \d+\s*$/, "");
}

/** The command that reads one piece of a kept output, packed, in base64; ends with how much there is in all. */
export function readPiece(name: string, stream: OutputStream, offset: number): string {
  const file = `${commandLogDirectory}/${plainWord(name)}.${stream}`;
  return `gzip -nc ${file} | tail -c +${offset + 1} | head -c ${pieceBytes} | base64 -w 0
echo " $(gzip -nc ${file} | wc -c)"
`;
}

export function parsePiece(stdout: string): { readonly piece: Buffer; readonly sizeBytes: number } {
  const [base64 = "", size = "0"] = stdout.trim().split(/ +/);
  return { piece: Buffer.from(base64, "base64"), sizeBytes: Number(size) };
}

export function unpack(pieces: readonly Buffer[]): string {
  return gunzipSync(Buffer.concat(pieces)).toString("utf8");
}
