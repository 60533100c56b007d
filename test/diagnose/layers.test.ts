import { describe, expect, it, test } from "vitest";
import { layers } from "../../src/diagnose/layers/index.ts";
import { nothingWrong, unknown } from "../../src/diagnose/verdict.ts";
import { walk } from "../../src/diagnose/walk.ts";
import { backupCases } from "./cases/backup.ts";
import { edgeCases } from "./cases/edge.ts";
import { hostCases } from "./cases/host.ts";
import { nginxCases } from "./cases/nginx.ts";
import { pumaCases } from "./cases/puma.ts";
import { railsCases } from "./cases/rails.ts";
import { rdsCases } from "./cases/rds.ts";
import { socketCases } from "./cases/socket.ts";
import { storageCases } from "./cases/storage.ts";
import { healthy, healthyHost, hostFacts, said, withHost } from "./recorded-facts.ts";

const cases = [
  ...edgeCases,
  ...hostCases,
  ...nginxCases,
  ...socketCases,
  ...pumaCases,
  ...railsCases,
  ...storageCases,
  ...rdsCases,
  ...backupCases,
];
const layerOf = (code: string): string =>
  layers.find(({ diagnoses }) => diagnoses.some((diagnosis) => diagnosis.code === code))?.name ?? "";

test.each(cases)("$code: $what", ({ code, facts }) => {
  const verdict = walk(layers, facts);
  expect(verdict.code, JSON.stringify(verdict)).toBe(code);
  if (code === nothingWrong) return;
  expect(verdict.evidence.length).toBeGreaterThan(0);
  for (const { command, line, value } of verdict.evidence) {
    expect([command, line, value]).not.toContain("undefined");
    expect([command, value]).not.toContain("");
  }
  expect(JSON.stringify(verdict)).not.toMatch(/undefined|\{[a-z]\w*\}/);
  if (code !== unknown) expect(verdict.layer).toBe(layerOf(code));
});

test("every diagnosis of the table has a case", () => {
  const covered = new Set(cases.map(({ code }) => code));
  expect(
    layers.flatMap(({ diagnoses }) => diagnoses.map(({ code }) => code)).filter((code) => !covered.has(code)),
  ).toEqual([]);
});

describe("a healthy stack", () => {
  it("has nothing wrong, and every layer was looked at", () => {
    const verdict = walk(layers, healthy);
    expect(verdict).toMatchObject({ layer: "none", code: nothingWrong, evidence: [], fix: { actions: [] } });
    expect(verdict.ruledOut.map(({ layer }) => layer)).toEqual(layers.map(({ name }) => name));
  });

  it("is not called ill for what could not be asked", () => {
    const silent = {
      ...healthyHost,
      facts: hostFacts({ "nginx.unit": undefined, "puma.unit": undefined, env: undefined }),
    };
    const blind = { ...healthy, ec2: undefined, page: undefined, callerAddress: undefined, hosts: [silent] };
    expect(walk(layers, blind).code).toBe(nothingWrong);
    expect(walk(layers, { ...healthy, bucket: undefined, rolePolicy: undefined, listeners: undefined }).code).toBe(
      nothingWrong,
    );
  });
});

describe("two faults at once", () => {
  const noTables = {
    "database.versions": [],
    "page.status": ["500"],
    "page.log": ["[lecture05-diagnose-page-1] GET / 500 4ms 10.7.1.10"],
    form: undefined,
  };

  it("names the one that is met first on the way", () => {
    expect(walk(layers, withHost({ ...noTables, "socket.directory": ["700 app:app"] })).code).toBe(
      "SOCKET_DIRECTORY_CLOSED",
    );
    expect(walk(layers, withHost(noTables)).code).toBe("DATABASE_NOT_MIGRATED");
  });

  it("names what does harm before what does not", () => {
    const open = said("nginx.files", /access_log \/var.*lecture05;/, "access_log off;");
    expect(walk(layers, withHost({ ...open, ...noTables })).code).toBe("DATABASE_NOT_MIGRATED");
    expect(walk(layers, withHost(open)).code).toBe("NGINX_LOG_OFF");
  });
});

test("a symptom is never the verdict: a target is unhealthy because Puma is stopped", () => {
  const stopped = pumaCases.find(({ code }) => code === "PUMA_STOPPED");
  const facts = stopped?.facts ?? healthy;
  const targets = facts.targets?.map((target) => ({
    ...target,
    state: "unhealthy",
    reason: "Target.ResponseCodeMismatch",
  }));
  const verdict = walk(layers, { ...facts, targets });
  expect(verdict).toMatchObject({ layer: "puma", code: "PUMA_STOPPED", fix: { automatic: true } });
  expect(verdict.ruledOut.map(({ layer }) => layer)).toContain("security-group");
  expect(verdict.ruledOut.map(({ layer }) => layer)).not.toContain("target-group");
});
