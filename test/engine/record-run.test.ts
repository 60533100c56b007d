import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { recordRun } from "../../src/engine/record-run.ts";
import { readRunRecord, runRecordFileName } from "../../src/records/run-record.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const begin: EngineEvent = {
  type: "run.started",
  command: "up",
  stack: "s",
  target: "sandbox",
  region: "r",
  account: "a",
  steps: ["ec2", "puma"],
};
const title = { en: "Puma", ja: "Puma" };
const started: EngineEvent = { type: "step.started", step: "puma", title, number: 2, of: 2 };
const planned: EngineEvent = { type: "step.planned", step: "puma", changes: [], expectedMs: 90_000 };
const message = { en: "install-ruby", ja: "install-ruby" };
const output = (script: string, ...lines: string[]): EngineEvent => ({
  type: "step.progress",
  step: "puma",
  message,
  output: { instanceId: "i-1", script, lines },
});
const finished: EngineEvent = { type: "step.finished", step: "puma", outcome: "done", durationMs: 5000 };

function recording() {
  const directory = temporaryDirectory();
  let time = Date.UTC(2026, 3, 1);
  const seen: EngineEvent[] = [];
  const sink = recordRun(
    (event) => seen.push(event),
    directory,
    () => new Date((time += 1000)),
  );
  const tell = (...events: readonly EngineEvent[]) => {
    for (const event of events) sink(event);
    return readRunRecord(directory);
  };
  return { directory, seen, tell };
}

describe("the record of a run", () => {
  it("says where the run is, for whoever reads it at any moment", () => {
    const { directory, seen, tell } = recording();
    expect(tell(begin)).toMatchObject({ command: "up", pid: process.pid, outcome: "running" });
    const count = { done: 3, total: 9, unit: { en: "packages", ja: "パッケージ" } };
    expect(tell(started, planned, { type: "step.progress", step: "puma", message, count })).toMatchObject({
      steps: [
        { name: "ec2", state: "waiting" },
        { name: "puma", state: "working", expectedMs: 90_000 },
      ],
      now: { step: "puma", message, count },
    });
    const end = tell(finished, { type: "run.finished", outcome: "done", durationMs: 6000 });
    expect(end).toMatchObject({ outcome: "done", steps: [{}, { state: "done", durationMs: 5000 }] });
    expect(end?.now).toBeUndefined();
    expect(end?.finishedAt).toBeDefined();
    expect(seen).toHaveLength(6);
    expect(readdirSync(directory)).toEqual([runRecordFileName]);
    expect(statSync(join(directory, runRecordFileName)).mode & 0o777).toBe(0o600);
  });

  it("keeps the last lines of the hosts, each script named once", () => {
    const { tell } = recording();
    const many = Array.from({ length: 400 }, (_, index) => `line ${index}`);
    expect(tell(begin, output("a", "one"), output("a", "two"), output("b", "three"))?.output).toEqual([
      { text: "one", script: "a", instanceId: "i-1" },
      { text: "two" },
      { text: "three", script: "b", instanceId: "i-1" },
    ]);
    const lines = tell(output("b", ...many, "x".repeat(9000)))?.output ?? [];
    expect(lines).toHaveLength(300);
    expect(lines.at(-1)?.text).toHaveLength(500);
  });

  it("holds no secret, also when it goes over several lines that came one after another", () => {
    const { directory, tell } = recording();
    tell(
      begin,
      output("a", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "-----BEGIN RSA PRIVATE KEY-----"),
      output("a", "MIIEexample", "-----END RSA PRIVATE KEY-----", "after"),
    );
    const text = JSON.stringify(readRunRecord(directory));
    expect(text).not.toMatch(/wJalr|MIIEexample/);
    expect(text).toContain("after");
  });

  it("stops no run when it cannot be written, and is not taken from a damaged file", () => {
    const { directory, seen, tell } = recording();
    writeFileSync(join(directory, runRecordFileName), '{"version":1,"steps":');
    expect(readRunRecord(directory)).toBeUndefined();
    writeFileSync(join(directory, "file"), "");
    const sink = recordRun(
      (event) => seen.push(event),
      join(directory, "file", "below"),
      () => new Date(),
    );
    sink(begin);
    expect(seen).toEqual([begin]);
    expect(tell(begin)?.outcome).toBe("running");
  });
});
