import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { commandLogDirectory } from "../../src/remote/paths.ts";
import { parseNewLines, readNewLines } from "../../src/remote/watch.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sh } from "./run-sh.ts";

/** The command with the host's directory in a place of the test's. */
function read(directory: string, fromLine: number): string[] {
  const command = readNewLines("install-ruby", fromLine).replaceAll(commandLogDirectory, `"${directory}"`);
  const { status, stdout, stderr } = sh(command);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return parseNewLines(stdout);
}

/** Holds the lock as the wrapper of a running script does. */
async function holdLock(directory: string): Promise<void> {
  const holder = spawn("flock", [join(directory, "install-ruby.lock"), "sh", "-c", "echo held; cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void holder.stdin.end());
  await new Promise((resolve) => holder.stdout.once("data", resolve));
}

it("reads whole lines from where it was, while the script runs and only then", async () => {
  const directory = temporaryDirectory();
  expect(read(directory, 1), "the script never ran").toEqual([]);
  writeFileSync(join(directory, "install-ruby.out"), "one\ntwo\nhal");
  writeFileSync(join(directory, "install-ruby.lock"), "");
  expect(read(directory, 1), "what an earlier run has left").toEqual([]);
  await holdLock(directory);
  expect(read(directory, 1)).toEqual(["one", "two"]);
  expect(read(directory, 3)).toEqual([]);
  writeFileSync(join(directory, "install-ruby.out"), "one\ntwo\nhalf a line\n");
  expect(read(directory, 3)).toEqual(["half a line"]);
});

it("takes no more than SSM shows, and does not stop at a line that is longer", async () => {
  const directory = temporaryDirectory();
  await holdLock(directory);
  writeFileSync(join(directory, "install-ruby.out"), `${"x".repeat(99)}\n`.repeat(1000));
  expect(read(directory, 1)).toHaveLength(160);
  writeFileSync(join(directory, "install-ruby.out"), "y".repeat(50_000));
  expect(read(directory, 1)).toEqual(["y".repeat(16_000)]);
});
