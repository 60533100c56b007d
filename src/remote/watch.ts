import { commandLogDirectory } from "./paths.ts";
import { plainWord } from "./shell-quote.ts";

/** GetCommandInvocation shows 24,000 characters, and a character may be up to four bytes. */
const shownBytes = 16_000;

/**
 * The command that reads what a script has printed since a line, while it runs: SSM itself shows a command's output only
 * at its end. Prints nothing when the script does not run, because what lies there then is an earlier run's.
 */
export function readNewLines(name: string, fromLine: number): string {
  const log = `${commandLogDirectory}/${plainWord(name)}`;
  return `[ -e ${log}.lock ] || exit 0
flock -n ${log}.lock true && exit 0
tail -n +${fromLine} ${log}.out | head -c ${shownBytes}
`;
}

/** The lines that are whole; the rest is read again the next time. */
export function parseNewLines(stdout: string): string[] {
  const lines = stdout.split("\n").slice(0, -1);
  // A line that alone is longer than all that is shown would be read for ever.
  return lines.length === 0 && Buffer.byteLength(stdout) >= shownBytes ? [stdout] : lines;
}
