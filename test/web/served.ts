import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { saveTopology } from "../../src/diagram/topology-file.ts";
import type { RunRecord } from "../../src/records/run-record.ts";
import type { State } from "../../src/state/schema.ts";
import { run, type RunResult } from "../cli/support/run.ts";
import { fakeServices, type FakeServices } from "../cli/support/services.ts";
import { fullTopology } from "../diagram/topology.ts";
import { workLog } from "../report/sample.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

/** `lecture05 status --web` in this process, on files that a test changes. */
export interface Served {
  readonly cwd: string;
  readonly directory: string;
  readonly services: FakeServices;
  readonly address: string;
  readonly origin: string;
  /** A cookie for the page; uses the address up. */
  cookie(): Promise<string>;
  /** Replaces a file by a rename, as the store does. */
  put(name: string, content: object | string): void;
  remove(name: string): void;
  /** Ctrl-C, and how the command ended. */
  stop(): Promise<RunResult>;
}

export async function serve(
  files: { readonly state?: State | undefined; readonly run?: RunRecord; readonly log?: string },
  args: readonly string[] = [],
): Promise<Served> {
  const cwd = temporaryDirectory();
  const directory = join(cwd, ".lecture05");
  mkdirSync(directory);
  const put = (name: string, content: object | string): void => {
    const file = join(directory, name);
    writeFileSync(`${file}.new`, typeof content === "string" ? content : JSON.stringify(content));
    renameSync(`${file}.new`, file);
  };
  if (files.state) put("state.json", files.state);
  if (files.run) put("run.json", files.run);
  put("worklog.ndjson", files.log ?? workLog);
  await saveTopology(directory, fullTopology());
  const services = fakeServices();
  let press = (): void => {};
  let ended: Promise<RunResult> | undefined;
  const address = await new Promise<string>((resolve, reject) => {
    ended = run(["status", "--web", ...args], {
      cwd,
      services,
      onStart: (interrupt) => (press = interrupt),
      onOutput: (text) => {
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text);
        if (found) resolve(found[0]);
      },
    });
    ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return {
    cwd,
    directory,
    services,
    address,
    origin: new URL(address).origin,
    put,
    remove: (name) => rmSync(join(directory, name)),
    async cookie() {
      const answer = await fetch(address, { redirect: "manual" });
      return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    },
    async stop() {
      press();
      return ended ?? Promise.reject(new Error("never started"));
    },
  };
}

/** A run in the middle of its second step, as it is at this moment. */
export const runningNow = (): RunRecord => ({
  version: 1,
  command: "up",
  pid: process.pid,
  startedAt: new Date(Date.now() - 95_000).toISOString(),
  outcome: "running",
  steps: [
    { name: "ec2", state: "done", durationMs: 9000 },
    { name: "puma", state: "working", startedAt: new Date(Date.now() - 72_000).toISOString(), expectedMs: 118_000 },
    { name: "puma-socket", state: "waiting" },
    { name: "nginx", state: "waiting" },
    { name: "nginx-puma", state: "waiting" },
    { name: "alb", state: "waiting" },
    { name: "s3", state: "waiting" },
  ],
  now: {
    step: "puma",
    message: { en: "install-ruby (2/8) on i-1", ja: "i-1 で install-ruby を実行しています (2/8)" },
    count: { done: 34, total: 175, unit: { en: "packages unpacked", ja: "パッケージを展開" } },
  },
  output: [
    { text: "Reading package lists...", script: "install-ruby", instanceId: "i-1" },
    { text: "Unpacking ruby (1:3.3) <b>not bold</b> ..." },
    { text: `Unpacking ${"a-very-long-name-without-a-blank".repeat(6)} ...` },
  ],
});

/** The lock of a command that works here now. */
export const lockOf = (command: string): string =>
  JSON.stringify({ pid: process.pid, host: hostname(), processStart: "", command, since: "", step: "puma" });
