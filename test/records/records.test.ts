import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { recordModules } from "../../src/records/modules.ts";
import { WorkLog } from "../../src/records/work-log.ts";
import { countModules, groupModules } from "../../src/state/modules.ts";
import type { InstalledModule } from "../../src/state/schema.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

describe("work log", () => {
  it("appends one line an entry, with time and step, without secrets", () => {
    const directory = temporaryDirectory();
    const log = new WorkLog(directory, () => new Date("2026-11-24T03:00:00Z"));
    log.append({ kind: "aws", service: "ec2", operation: "CreateVpc", durationMs: 5 });
    log.currentStep = "puma";
    log.append({
      kind: "remote",
      script: "x",
      instanceId: "i-1",
      commandId: "c",
      exitCode: 0,
      durationMs: 1,
      text: 'DB_PASSWORD="sword \\"fish"\necho "$A_TOKEN=hidden"',
    });
    const lines = readFileSync(join(directory, "worklog.ndjson"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: "2026-11-24T03:00:00.000Z", kind: "aws", service: "ec2", operation: "CreateVpc", durationMs: 5 },
      {
        time: "2026-11-24T03:00:00.000Z",
        step: "puma",
        kind: "remote",
        script: "x",
        instanceId: "i-1",
        commandId: "c",
        exitCode: 0,
        durationMs: 1,
        text: 'DB_PASSWORD=[redacted]\necho "$A_TOKEN=[redacted]"',
      },
    ]);
  });
});

describe("module records", () => {
  const module = (name: string, version: string, requested = false): InstalledModule => ({
    name,
    version,
    manager: "apt",
    requested,
    instanceId: "i-1",
  });

  it("gives a module to the step that brought it and keeps it there", () => {
    const afterEc2 = recordModules([], [module("libc6", "2.41")], "ec2");
    const afterNginx = recordModules(
      afterEc2,
      [module("libc6", "2.42"), module("nginx", "1.26", true), module("libpcre2", "10")],
      "nginx",
    );
    expect(afterNginx.map(({ name, version, step }) => `${step} ${name} ${version}`)).toEqual([
      "ec2 libc6 2.42",
      "nginx nginx 1.26",
      "nginx libpcre2 10",
    ]);
    expect(countModules({ modules: groupModules(afterNginx) }, "nginx")).toEqual({ requested: 1, pulledIn: 1 });
  });

  it("forgets what is gone from the host, but not what is on another host", () => {
    const other = { ...module("nginx", "1.26", true), instanceId: "i-2", step: "nginx" as const };
    expect(recordModules([{ ...module("old", "1"), step: "ec2" }, other], [module("new", "1")], "puma")).toEqual([
      other,
      { ...module("new", "1"), step: "puma" },
    ]);
  });
});
