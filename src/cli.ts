import { writeSync } from "node:fs";

declare const LECTURE05_VERSION: string | undefined;

const [first] = process.argv.slice(2);

// Answered before anything else is loaded: scripts ask for it often.
if ((first === "--version" || first === "-V") && typeof LECTURE05_VERSION === "string") {
  sayVersion(`${LECTURE05_VERSION}\n`);
} else {
  void main();
}

/** Past Node's stream, whose loading would take longer than all of this. */
function sayVersion(text: string): void {
  try {
    writeSync(1, text);
  } catch {
    process.stdout.write(text);
  }
}

async function main(): Promise<void> {
  // Should the process run out of work before a command has ended, that is no success.
  process.exitCode = 1;
  const [{ runCli }, { processIo }] = await Promise.all([
    import("./commands/main.ts"),
    import("./commands/process-io.ts"),
  ]);
  process.exitCode = await runCli(process.argv.slice(2), processIo());
}
