import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Deployment } from "../../src/state/deployment.ts";
import { run } from "../cli/support/run.ts";
import { sampleState } from "../cli/support/state.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const [first, second] = ["0".repeat(12), "1".repeat(12)] as const;
const installed = (release: string) => ({ release, recipe: "r" });
const deployment: Deployment = {
  current: installed(first),
  previous: installed(second),
  pending: { command: "rollback", to: installed(second), since: "2026-04-01T11:00:00.000Z" },
  hosts: { "i-2": second },
  records: [
    {
      command: "deploy",
      from: second,
      to: first,
      startedAt: "2026-04-01T10:00:00.000Z",
      finishedAt: "2026-04-01T10:01:30.000Z",
      outcome: "done",
      migrations: 0,
      hosts: [],
    },
  ],
};

async function explained(...args: string[]): Promise<string> {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, ".lecture05"));
  const hosts = ["i-1", "i-2"].map((instanceId) => ({
    instanceId,
    availabilityZone: "ap-northeast-1a",
    privateIp: "10.5.1.10",
  }));
  writeFileSync(join(cwd, ".lecture05", "state.json"), JSON.stringify(sampleState({ hosts, deployment })));
  const { stdout, exitCode } = await run(["explain", ...args], { cwd });
  expect(exitCode).toBe(0);
  return stdout;
}

it("shows this stack's releases: the live one, since when, the one before, and which host has which", async () => {
  const text = await explained("deploy");
  expect(text).toContain(`live release ${first}\n`);
  expect(text).toContain("deployed at 2026-04-01T10:01:30.000Z (deploy)\n");
  expect(text).toContain(`release before ${second}\n`);
  expect(text).toContain(`hosts i-1 ${first}, i-2 ${second}\n`);
  expect(text).toContain(`not complete rollback ${second} 2026-04-01T11:00:00.000Z\n`);
  expect(await explained("rollback", "--lang", "ja")).toContain(`公開中のリリース ${first}\n`);
});

it("says so in words where nothing was deployed", async () => {
  const { stdout } = await run(["explain", "releases", "--lang", "ja"], { cwd: temporaryDirectory() });
  expect(stdout).toContain("デプロイ日時 なし\n");
  expect(stdout).toContain("ホスト 全ホストで同じ\n");
  expect(stdout).not.toContain("未完了");
});
