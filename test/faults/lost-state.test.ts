import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { State } from "../../src/state/schema.ts";
import { startSandboxCli, type SandboxCli } from "../support/sandbox-cli.ts";

let cli: SandboxCli;

beforeEach(async () => {
  cli = await startSandboxCli();
});

afterEach(() => cli.stop());

const directory = (): string => join(cli.cwd, ".lecture05");
const file = (): string => join(directory(), "state.json");

/** What a state says of the stack, without when and how it came to know. */
function facts(): object {
  const { url, hosts, resources, steps, sandbox, stack, region } = JSON.parse(readFileSync(file(), "utf8")) as State;
  const made = resources.map(({ type, name, step, id }) => `${step} ${type} ${name} ${id}`).toSorted();
  const done = steps.map(({ name, status, output }) => ({
    name,
    status,
    // Where the release comes from is the host, which has a stand-in here.
    output: name === "puma" ? "a release" : output,
  }));
  return { url, hosts, made, done, sandbox, stack, region };
}

async function ok(...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli.run(...argv);
  expect(exitCode, `${argv.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

/** Operations that changed something since a place in the sandbox's own log. */
function changesSince(mark: number): string[] {
  return requests().flatMap(({ mutating, operation }, index) => (mutating && index >= mark ? [operation] : []));
}

function requests(): { operation: string; mutating: boolean }[] {
  const log = readFileSync(join(cli.sandbox.home, "requests.ndjson"), "utf8").trim();
  return log.split("\n").map((line) => JSON.parse(line) as { operation: string; mutating: boolean });
}

it("a lost state is rebuilt as it was by adopt, and the next up changes nothing", async () => {
  await ok("up");
  const before = facts();
  rmSync(directory(), { recursive: true });
  const mark = requests().length;
  const scripts = cli.scripts.length;
  await ok("adopt", "--yes");
  expect(facts()).toEqual(before);
  const events = (await ok("up", "--json")).split("\n").filter(Boolean);
  expect(events.filter((line) => line.includes('"outcome":"up-to-date"'))).toHaveLength(7);
  expect(changesSince(mark)).toEqual([]);
  // The host is asked which release runs, and nothing else.
  expect(cli.scripts.slice(scripts)).toEqual(["read-release"]);
});

it("a state that was lost half-way is adopted as far as it goes, and up makes the rest", async () => {
  await ok("up", "--to", "nginx");
  rmSync(directory(), { recursive: true });
  await ok("up", "--yes");
  expect(facts()).toMatchObject({ done: Array.from({ length: 7 }, () => ({ status: "done" })) });
  const { vpcs, instances } = cli.sandbox.world.ec2.data;
  expect([Object.keys(vpcs).length, Object.keys(instances).length]).toEqual([1, 1]);
});

it.each([
  ["truncated", (path: string) => truncateSync(path, 700)],
  ["gone", (path: string) => rmSync(path)],
  [
    "edited to ids that do not exist",
    (path: string) =>
      writeFileSync(
        path,
        readFileSync(path, "utf8").replaceAll(/\b(vpc|subnet|sg|i)-[0-9a-f]{17}/g, "$1-00000000000000000"),
      ),
  ],
  [
    "edited to steps that are not done",
    (path: string) => writeFileSync(path, readFileSync(path, "utf8").replaceAll('"done"', '"pending"')),
  ],
])("a state that is %s ends as it was after up, with nothing made twice", async (_what, damage) => {
  await ok("up");
  const before = facts();
  const { data } = cli.sandbox.world.ec2;
  const count = (): number[] =>
    [data.vpcs, data.subnets, data.instances, data.securityGroups].map((it) => Object.keys(it).length);
  const made = count();
  damage(file());
  await ok("up");
  expect(facts()).toEqual(before);
  expect(count()).toEqual(made);
  const next = await ok("up", "--json");
  expect(next.match(/"outcome":"up-to-date"/g)).toHaveLength(7);
});
