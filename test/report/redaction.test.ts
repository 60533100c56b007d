import { describe, expect, it } from "vitest";
import { buildScene } from "../../src/diagram/build-scene.ts";
import { renderMermaid } from "../../src/diagram/mermaid.ts";
import type { Topology } from "../../src/diagram/topology.ts";
import type { Browser } from "../../src/records/browser.ts";
import { textIn } from "../../src/records/png-text.ts";
import { identifiersOf, redactForPublication } from "../../src/records/publish.ts";
import { startBrowser } from "../../src/report/evidence.ts";
import { wholePage } from "../../src/report/page-picture.ts";
import { makeReport } from "../../src/report/make-report.ts";
import type { ReportFiles } from "../../src/report/write-files.ts";
import { groupModules, modulesOf } from "../../src/state/modules.ts";
import type { State } from "../../src/state/schema.ts";
import { fullTopology } from "../diagram/topology.ts";
import { fullState, sample } from "./sample.ts";

/** What must not be readable, and how it is written in the records. */
const planted: readonly (readonly [needle: string, text: string])[] = [
  ["210987654321", "account 210987654321."],
  ["345678901234", "arn:aws:iam::345678901234:role/x"],
  ["123456789012", "aws-logs-123456789012-ap-northeast-1"],
  ["203.0.113.77", "203.0.113.77"],
  ["198.51.100.7", "http://198.51.100.7:8080/"],
  ["203-0-113-9", "ec2-203-0-113-9.ap-northeast-1.compute.amazonaws.com"],
  ["85a3::8a2e", "2001:db8:85a3::8a2e:370:7334"],
  ["taro.yamada", "taro.yamada@example.co.jp"],
  ["hanako", "hanako@example.com"],
  ["/home/taro", "/home/taro/secret-project"],
  ["/Users/jiro", "/Users/jiro/work"],
  ["saburo", String.raw`C:\Users\saburo\work`],
  ["/srv/people/shiro", "/srv/people/shiro/app"],
  ["0123456789ab", "lecture05-ap-northeast-1-0123456789ab"],
  ["fedcba987654", "the suffix fedcba987654 alone"],
  ["1234567890.ap", "lecture05-1234567890.ap-northeast-1.elb.amazonaws.com"],
  ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
  ["ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"],
  ["wJalrXUtnFEMIK7MDENG", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY"],
  ["IQoJb3JpZ2luX2VjEXAMPLE", "AWS_SESSION_TOKEN='IQoJb3JpZ2luX2VjEXAMPLE'"],
  ["hunter2secret", "mysql2://app:hunter2secret@db.internal/app"],
  ["correct horse", 'PASSWORD="correct horse battery"'],
  ["c0ffeec0ffee", "SECRET_KEY_BASE=c0ffeec0ffeec0ffee"],
  ["MIIabc", "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"],
];
const said = planted.map(([, text]) => text).join(" , ");

/** Everything that a record can carry, carries all of it. */
function plantedState(): State {
  const state = fullState();
  return {
    ...state,
    url: said,
    resources: [
      ...state.resources,
      {
        type: "s3:bucket",
        name: "bucket",
        step: "s3",
        id: "lecture05-ap-northeast-1-fedcba987654",
        clientToken: "t",
        createdAt: state.createdAt,
      },
    ],
    steps: state.steps.map((step) => ({
      ...step,
      error: { code: "X", message: said },
      checks: [{ name: "page", title: { en: said, ja: said }, expected: said, observed: said, ok: false }],
    })),
    modules: groupModules(modulesOf(state).map((module) => ({ ...module, licence: said }))),
  };
}

function plantedTopology(): Topology {
  const { instances, groups, loadBalancer, targetGroup, ...rest } = fullTopology();
  return {
    ...rest,
    groups: groups.map((group) => ({ ...group, name: said, rules: [{ ports: "TCP 22", source: said, open: true }] })),
    instances: instances.map((instance) => ({
      ...instance,
      name: said,
      publicIp: "203.0.113.77",
      facts: { ...instance.facts!, database: said, socket: said, nginx: { version: said, active: false } },
    })),
    loadBalancer: { ...loadBalancer!, name: said, dnsName: said, state: said },
    targetGroup: {
      ...targetGroup!,
      name: said,
      healthCheckPath: said,
      targets: targetGroup!.targets.map((target) => ({ ...target, state: "unhealthy" as const, reason: said })),
    },
    bucket: { ...rest.bucket!, isPrivate: false, name: said, prefixes: [{ prefix: said, objects: 1 }] },
    role: { name: said, policies: [said] },
    recordedButGone: [{ type: "ec2:subnet", id: said }],
  };
}

const log = (time: string): string =>
  [
    {
      kind: "diagnosis",
      step: "ec2",
      layer: "x",
      code: "X",
      cause: said,
      causeText: { en: said, ja: said },
      fix: [said],
    },
    { kind: "step", step: "ec2", event: "failed", error: said },
    {
      kind: "remote",
      step: "ec2",
      script: "install",
      instanceId: "i-1",
      commandId: "c",
      exitCode: 1,
      durationMs: 1,
      text: said,
    },
  ]
    .map((entry) => JSON.stringify({ time, ...entry }))
    .join("\n");

const state = plantedState();
const redact = (text: string): string =>
  redactForPublication(text, { home: "/srv/people/shiro", identifiers: identifiersOf(state) });
const page = { url: said, instanceId: "i-1", html: `<h1>${said}</h1>`, files: {}, seenAt: "2026-04-01T09:59:00.000Z" };

const make = (language: "en" | "ja", browser?: Promise<Browser | undefined>): Promise<ReportFiles> =>
  makeReport(sample({ state, topology: plantedTopology(), workLog: log(state.createdAt) }), {
    language,
    browser,
    redact,
    now: new Date("2026-04-01T10:00:00Z"),
    directory: "/nonexistent",
    page: () => page,
  });

/** A report as text, with what its pictures say about themselves. */
const textOf = (files: ReportFiles): string =>
  [...files]
    .flatMap(([name, content]) => [
      name,
      String(content),
      ...(Buffer.isBuffer(content) ? Object.values(textIn(content)) : []),
    ])
    .join("\n");

const leaks = (text: string): string[] => planted.map(([needle]) => needle).filter((needle) => text.includes(needle));

describe("what is published", () => {
  it("counts at least 20 planted identifiers, which the records do have", () => {
    expect(planted.length).toBeGreaterThanOrEqual(20);
    expect(leaks(`${said} ${JSON.stringify(state)}`)).toHaveLength(planted.length);
  });

  it.each(["en", "ja"] as const)("has none of them, in %s, in any file", async (language) => {
    const files = await make(language);
    expect([...files.keys()].map((name) => name.replace(/^.*\./, ""))).toEqual(
      expect.arrayContaining(["html", "md", "svg", "drawio", "json"]),
    );
    for (const [name, content] of files) expect(leaks(String(content)), name).toEqual([]);
    expect(textOf(files)).toContain("************");
  });

  it("has none of them in the words of a PNG, nor on the page that it shows", async () => {
    const browser = startBrowser(process.env);
    const files = await make("en", browser);
    await (await browser)?.close();
    expect([...files.keys()].filter((name) => name.endsWith(".png"))).toHaveLength(7);
    expect(leaks(textOf(files))).toEqual([]);
    expect(leaks(Buffer.from(wholePage(page, redact).split(",")[1] ?? "", "base64").toString("utf8"))).toEqual([]);
  }, 60_000);

  it("has none of them in Mermaid", () => {
    expect(leaks(renderMermaid(buildScene(plantedTopology(), { language: "en", redact })))).toEqual([]);
  });
});
