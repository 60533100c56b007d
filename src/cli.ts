declare const LECTURE05_VERSION: string | undefined;

const [first] = process.argv.slice(2);

// Answered before anything else is loaded: scripts ask for it often.
if ((first === "--version" || first === "-V") && typeof LECTURE05_VERSION === "string") {
  process.stdout.write(`${LECTURE05_VERSION}\n`);
} else {
  void main();
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
