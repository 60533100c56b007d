import { describe, expect, it } from "vitest";
import { releasesOf, type Releases } from "../../src/state/releases.ts";
import type { DeployRecord } from "../../src/state/deployment.ts";
import { buildReleases } from "../../src/web/releases.ts";
import { fullState } from "../report/sample.ts";

const [first, second, third] = ["0".repeat(12), "1".repeat(12), "2".repeat(12)] as const;
const installed = (release: string) => ({ release, recipe: "r" });
const record = (changes: Partial<DeployRecord>): DeployRecord => ({
  command: "deploy",
  from: first,
  to: second,
  startedAt: "2026-04-01T10:00:00.000Z",
  finishedAt: "2026-04-01T10:01:30.000Z",
  outcome: "done",
  migrations: 0,
  hosts: [],
  ...changes,
});
const hosts = ["i-1", "i-2"].map((instanceId) => ({
  instanceId,
  availabilityZone: "ap-northeast-1a",
  privateIp: "10.5.1.10",
}));
const withApplication = () => {
  const state = fullState({ hosts });
  const puma = state.steps.find(({ name }) => name === "puma");
  if (puma) puma.output = { release: first };
  return state;
};

/** After a deploy, and one that was cut short between two hosts. */
const deployed = { current: installed(second), previous: installed(first), hosts: {}, records: [record({})] };
const pending = {
  ...deployed,
  pending: { command: "deploy" as const, to: installed(third), since: "2026-04-01T11:00:00.000Z" },
  hosts: { "i-1": third },
  records: [record({}), record({ from: second, to: third, outcome: "interrupted" })],
};

const words = (releases: Releases | undefined, language: "en" | "ja" = "en") => {
  const { note, ...tables } = buildReleases(releases, language);
  const rows = (cells: readonly (readonly { text: string }[])[]) =>
    cells.map((row) => row.map(({ text }) => text).join(" | "));
  return { note, releases: rows(tables.releases), hosts: rows(tables.hosts) };
};

describe("the releases of a stack", () => {
  it("are none before there is an application", () => {
    expect(releasesOf(undefined)).toBeUndefined();
    expect(releasesOf(fullState())).toBeUndefined();
    expect(words(undefined)).toEqual({
      note: "There is no application on the hosts yet.",
      releases: [],
      hosts: [],
    });
  });

  it("are what up brought, until something is deployed", () => {
    const state = withApplication();
    expect(words(releasesOf(state))).toEqual({
      note: "The live release is on every host. It came with lecture05 up; nothing has been deployed since.",
      releases: [`${first} | live | up`],
      hosts: [],
    });
    expect(words(releasesOf({ ...state, hosts: hosts.slice(1) }), "ja").note).toMatch(
      /^1 台のホストで公開しています。lecture05 up/,
    );
  });

  it("name the live one, when it came, and the one before", () => {
    const state = { ...withApplication(), deployment: deployed };
    expect(words(releasesOf(state))).toEqual({
      note: "The live release is on every host.",
      releases: [`${second} | live | 2026-04-01 10:01 UTC (deploy)`, `${first} | the one before (rollback) | -`],
      hosts: [],
    });
    expect(words(releasesOf(state), "ja").releases).toEqual([
      `${second} | 公開中 | 2026-04-01 10:01 UTC (deploy)`,
      `${first} | 1 つ前 (rollback で戻る) | -`,
    ]);
  });

  it("go back to what up brought by a deploy that went back", () => {
    const went = { current: installed(first), hosts: {}, records: [record({ outcome: "went-back" })] };
    expect(releasesOf({ ...withApplication(), deployment: went })).toMatchObject({ live: first, brought: undefined });
  });

  it("say which host has which while a deploy is not complete", () => {
    const found = words(releasesOf({ ...withApplication(), deployment: pending }));
    expect(found.note).toBe(
      "A deploy is not complete, and the hosts differ. To go on: lecture05 deploy, back: lecture05 rollback",
    );
    expect(found.releases[0]).toBe(`${third} | on its way | 2026-04-01 11:00 UTC (deploy)`);
    expect(found.hosts).toEqual([`i-1 | ${third}`, `i-2 | ${second}`]);
    const none = words(releasesOf({ ...withApplication(), deployment: { ...pending, hosts: {} } }));
    expect(none.note).toContain("all hosts still have the same");
    expect(none.hosts).toEqual([]);
  });
});
