import { buildReport, type ReportData, type ReportSources } from "../../src/report/data.ts";
import type { State } from "../../src/state/schema.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { fullTopology, instance } from "../diagram/topology.ts";
import { sampleState } from "../cli/support/state.ts";

const minute = (number: number, second = 0): string => new Date(Date.UTC(2026, 3, 1, 9, number, second)).toISOString();

/** Seven steps, a minute each, the third of which failed once before. */
export function fullState(changes: Partial<State> = {}): State {
  const host = instance("a");
  return sampleState({
    account: "123456789012",
    target: "aws",
    url: "http://lecture05-1234567890.ap-northeast-1.elb.amazonaws.com",
    createdAt: minute(0),
    updatedAt: minute(60),
    steps: lectureSteps.map((name, index) => ({
      name,
      status: "done",
      startedAt: minute(index),
      finishedAt: minute(index, 50),
      durationMs: 50_000,
      checks: [
        {
          name: "page",
          title: { en: "GET / shows the list", ja: "GET / で一覧が表示される" },
          expected: "200",
          observed: "200",
          ok: true,
        },
        { name: "restarts", expected: "0", observed: "0", ok: true },
      ],
    })),
    resources: [
      { type: "ec2:instance", name: "host-1", step: "ec2", id: host.id, clientToken: "t", createdAt: minute(0) },
    ],
    hosts: [{ instanceId: host.id, availabilityZone: host.availabilityZone, privateIp: host.privateIp ?? "" }],
    modules: [
      {
        instances: [host.id],
        installed: [
          { name: "nginx", version: "1.26.3", manager: "apt", requested: true, step: "nginx" },
          { name: "rails", version: "8.1.4", manager: "gem", requested: true, step: "puma", licence: "MIT" },
          { name: "libc6", version: "2.41", manager: "apt", requested: false, step: "ec2" },
        ],
      },
    ],
    ...changes,
  });
}

export const workLog = [
  {
    time: minute(2, 4),
    kind: "diagnosis",
    step: "puma-socket",
    layer: "puma",
    code: "PUMA_STOPPED",
    cause: "Puma is stopped",
    causeText: { en: "Puma is stopped", ja: "Puma が停止しています" },
    fix: ["lecture05 exec -- 'systemctl start puma.service'"],
    evidence: [],
  },
  { time: minute(2, 5), kind: "step", step: "puma-socket", event: "failed", error: "REMOTE_COMMAND_FAILED: no socket" },
  { time: minute(2, 50), kind: "step", step: "puma-socket", event: "done" },
  { time: minute(1, 40), kind: "aws", step: "puma", service: "ssm", operation: "SendCommand", durationMs: 100 },
  {
    time: minute(1, 40),
    kind: "remote",
    step: "puma",
    script: "install-ruby",
    instanceId: instance("a").id,
    commandId: "c-1",
    exitCode: 0,
    durationMs: 30_000,
    text: "set -eu\napt-get install ruby # `ticks` | and <angles>\n",
  },
]
  .map((entry) => JSON.stringify(entry))
  .join("\n");

export function sources(changes: Partial<ReportSources> = {}): ReportSources {
  return {
    state: fullState(),
    standing: { kind: "seen" },
    workLog,
    titles: new Map([["puma", { en: "Puma alone", ja: "組み込みサーバー(Puma)での動作確認" }]]),
    topology: fullTopology(),
    instanceType: "t3.small",
    ...changes,
  };
}

export const sample = (changes: Partial<ReportSources> = {}): ReportData => buildReport(sources(changes));
