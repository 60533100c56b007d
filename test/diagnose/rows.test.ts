import { expect, test } from "vitest";
import { layers } from "../../src/diagnose/layers/index.ts";
import { walk } from "../../src/diagnose/walk.ts";
import { nginxConfiguration } from "../../src/remote/nginx-configuration.ts";
import { hostNames } from "../../src/steps/ec2/plan.ts";
import { assetsProvocations } from "../e2e/diagnose/assets.ts";
import { databaseProvocations } from "../e2e/diagnose/database.ts";
import { edgeProvocations } from "../e2e/diagnose/edge.ts";
import { certificateProvocations, httpsProvocations } from "../e2e/diagnose/https.ts";
import { instanceProvocations } from "../e2e/diagnose/instance.ts";
import { nginxProvocations } from "../e2e/diagnose/nginx.ts";
import { pumaProvocations } from "../e2e/diagnose/puma.ts";
import { railsProvocations } from "../e2e/diagnose/rails.ts";
import { socketProvocations } from "../e2e/diagnose/socket.ts";
import { storageProvocations } from "../e2e/diagnose/storage.ts";
import { hostCases } from "./cases/host.ts";
import { healthy, healthyHost, hostFacts, said } from "./recorded-facts.ts";

/** What goes wrong for people who do this by hand: 30 rows. */
const rows = 30;

const provocations = [
  ...edgeProvocations,
  ...httpsProvocations,
  ...certificateProvocations(() => "arn", "own.example.test"),
  ...instanceProvocations,
  ...nginxProvocations,
  ...socketProvocations,
  ...pumaProvocations,
  ...railsProvocations,
  ...databaseProvocations,
  ...assetsProvocations,
  ...storageProvocations,
];

/** Rows that cannot be provoked on the stack as it is, each with its test below. */
const notProvoked = [26, 27];

test("every row is provoked on real hosts, or a test says why not", () => {
  const provoked = new Set(provocations.flatMap(({ row }) => row ?? []));
  const missing = Array.from({ length: rows }, (_, index) => index + 1).filter((row) => !provoked.has(row));
  expect(missing).toEqual(notProvoked);
  expect(new Set(provocations.map(({ code }) => code)).size).toBeGreaterThanOrEqual(26);
});

test("every provocation expects what the table has, and can be put right", () => {
  for (const { layer, code, restore, automaticToo } of provocations) {
    const known = layers.find(({ name }) => name === layer)?.diagnoses.find((diagnosis) => diagnosis.code === code);
    expect(known, code).toBeDefined();
    // --fix puts it right, or a person does; an override by what was found may make a fix automatic.
    if (!known?.fix.automatic && restore) expect(automaticToo, code).toBeUndefined();
  }
});

test("row 26, pictures on local disks behind two hosts: there is one host, and with two the service is named first", () => {
  expect(hostNames).toHaveLength(1);
  const local = hostFacts({
    ...said("env", /^ACTIVE_STORAGE_SERVICE=.*/, "ACTIVE_STORAGE_SERVICE=local"),
    ...said("puma.running", /^ACTIVE_STORAGE_SERVICE=.*/, "ACTIVE_STORAGE_SERVICE=local"),
  });
  const second = { ...healthyHost, instance: { ...healthyHost.instance, id: "i-2" }, facts: local };
  const targets = [...(healthy.targets ?? []), { instanceId: "i-2", port: 80, state: "healthy" }];
  const verdict = walk(layers, { ...healthy, targets, hosts: [{ ...healthyHost, facts: local }, second] });
  expect(verdict.code).toBe("STORAGE_SERVICE_LOCAL");
});

test("row 27, a build killed for memory: known by the kernel's and systemd's own words", () => {
  // A container has the whole machine's memory, so the sandbox cannot run out of it without harming its owner.
  const codes = hostCases.map(({ facts }) => walk(layers, facts).code);
  expect(codes.filter((code) => code === "HOST_OUT_OF_MEMORY")).toHaveLength(2);
});

test("row 18, a name that is too long: our site names none", () => {
  expect(nginxConfiguration()).toContain("server_name _;");
});
