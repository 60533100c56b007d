import type { RemoteScript } from "../ports/shell.ts";

/** What every script starts with: SSM's agent promises neither a locale nor a PATH. */
const head = `set -eu
export LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
umask 022
`;

/** Puts a script together from pieces of shell text, with exactly one empty line between them. */
export function remoteScript(name: string, timeoutMs: number, ...pieces: readonly string[]): RemoteScript {
  const body = pieces.map((piece) => piece.trim()).filter((piece) => piece !== "");
  return { name, timeoutMs, text: `${[head.trim(), ...body].join("\n\n")}\n` };
}

/** A here-document's lines; the mark must not be one of them. */
export function hereDocument(command: string, text: string, mark = "END"): string {
  if (text.split("\n").includes(mark)) throw new RangeError(`the text holds the line ${mark}`);
  return `${command} <<'${mark}'\n${text.endsWith("\n") || text === "" ? text : `${text}\n`}${mark}`;
}
