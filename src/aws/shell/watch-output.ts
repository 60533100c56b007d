import { parseNewLines, readNewLines } from "../../remote/watch.ts";
import type { CommandOptions } from "./commands.ts";

/** A script that is over before the first look needs none. */
const firstLookMs = 3000;
const longestPauseMs = 8000;

/**
 * Follows what a running script prints, until `isOver`. SSM shows nothing before a command's end, neither on AWS nor in
 * the sandbox, so now and then a second command reads the first one's file on the host.
 *
 * @param readLog runs a short command on the host and returns what it printed
 */
export async function watchOutput(
  { clock, pollMs }: CommandOptions,
  name: string,
  readLog: (command: string) => Promise<string>,
  isOver: () => boolean,
  onOutput: (lines: readonly string[]) => void,
): Promise<void> {
  let nextLine = 1;
  let pauseMs = Math.max(firstLookMs, pollMs);
  try {
    for (;;) {
      await clock.sleep(pauseMs);
      if (isOver()) return;
      const lines = parseNewLines(await readLog(readNewLines(name, nextLine)));
      // What the script printed is told while it runs; afterwards something else is at work.
      if (isOver()) return;
      nextLine += lines.length;
      if (lines.length > 0) onOutput(lines);
      pauseMs = Math.min(longestPauseMs, pauseMs * 1.2);
    }
  } catch {
    // Who only looks on must not disturb: the script itself tells what went wrong.
  }
}
