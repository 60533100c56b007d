import type { ReportSources } from "../../src/report/data.ts";
import type { DrillRecord } from "../../src/drill/record.ts";
import { groupModules } from "../../src/state/modules.ts";
import type { ModuleRecord, State } from "../../src/state/schema.ts";
import { lectureSteps } from "../../src/steps/names.ts";
import { fullTopology, instance } from "../diagram/topology.ts";
import { fullState } from "./sample.ts";

/** Records in which every number is another one for another seed (0 or 1), so that nothing can stay the same by chance. */
export function numbered(seed: 0 | 1): ReportSources {
  const start = Date.UTC(2026 - 3 * seed, 3 + 7 * seed, 11 + 12 * seed, 9 + 8 * seed, 31 + 13 * seed, 17 + 21 * seed);
  const at = (offsetMs: number): string => new Date(start + offsetMs).toISOString();
  const idOf = (index: number): string => `i-${91_000 + index + 500 * seed}`;
  const hosts = [instance("a"), instance("c")].slice(seed).map(({ availabilityZone }, index) => ({
    instanceId: idOf(index),
    availabilityZone,
    privateIp: `10.${61 + seed}.${71 + index}.${84 + seed}`,
  }));
  const steps = lectureSteps.map((name, index): State["steps"][number] => {
    const begin = index * 400_000;
    const durationMs = 61_234 + index * 26_111 + seed * 91_357;
    return {
      name,
      status: seed === 1 && index === 4 ? "failed" : "done",
      startedAt: at(begin),
      finishedAt: at(begin + durationMs),
      durationMs,
      checks: Array.from({ length: 21 + index + 9 * seed }, (_, number) => ({
        name: `check ${index}`,
        expected: `${3000 + number + 500 * seed}`,
        observed: `${3000 + number + 500 * seed}`,
        ok: !(seed === 1 && index === 4 && number < 26),
      })),
    };
  });
  const modules = Array.from({ length: 140 + 77 * seed }, (_, index): ModuleRecord => ({
    name: "module",
    version: `${index + 300 + 400 * seed}.${index + 811 + 20 * seed}`,
    manager: "apt",
    requested: index < 38 + 19 * seed,
    step: lectureSteps[Math.floor(Math.sqrt(index * (1 + seed))) % 7] ?? "ec2",
    instanceId: hosts[0]?.instanceId ?? "",
  }));
  const state = fullState({
    account: seed === 0 ? "123456789012" : "998877665544",
    url: `http://lecture05-${seed === 0 ? 1234567 : 7654321}.example`,
    createdAt: at(0),
    updatedAt: at(5_037_000 + seed * 9_011_000),
    steps,
    hosts,
    modules: groupModules(modules),
    resources: [
      {
        type: "ec2:instance",
        name: "host-1",
        step: "ec2",
        id: hosts[0]?.instanceId,
        clientToken: "t",
        createdAt: at(0),
      },
    ],
  });
  const workLog = lectureSteps.flatMap((step, index) => [
    ...Array.from({ length: 83 + 4 * index + 130 * seed }, (_, call) => ({
      time: at(index * 400_000 + (call + 1) * (231 + seed * 50)),
      kind: "aws",
      step,
      service: "ec2",
      operation: "DescribeInstances",
      durationMs: 31,
    })),
    {
      time: at(index * 400_000 + 41_000 + index * 1_000 + seed * 5_000),
      kind: "remote",
      step,
      script: "install",
      instanceId: hosts[0]?.instanceId,
      commandId: "c",
      exitCode: 911 + index + 40 * seed,
      durationMs: 13_700 + index * 1_100 + seed * 12_700,
      text: `echo ${5000 + index + 100 * seed}\n`,
    },
    // At the same time, as on a second host.
    {
      time: at(index * 400_000 + 41_000 + index * 1_000 + seed * 5_000),
      kind: "remote",
      step,
      script: "beside",
      instanceId: hosts[0]?.instanceId,
      commandId: "c",
      exitCode: 981 + index + 40 * seed,
      durationMs: 1_320 + index * 370 + seed * 13_710,
      text: `echo ${6000 + index + 100 * seed}\n`,
    },
  ]);
  const base = fullTopology();
  const topology = fullTopology({
    account: state.account,
    observedAt: new Date(start + 5_500_000),
    vpc: { id: "vpc-x", cidr: `10.${61 + seed}.0.0/${16 + seed}` },
    subnets: base.subnets.map((subnet, index) => ({
      ...subnet,
      cidr: `10.${61 + seed}.${130 + index}.0/${24 + seed}`,
    })),
    groups: base.groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({
        ...rule,
        ports: `TCP ${8080 + seed}`,
        source: rule.source.includes("/") ? `198.51.${100 + seed}.7/${30 + seed}` : rule.source,
      })),
    })),
    loadBalancer: { ...base.loadBalancer!, dnsName: "load-balancer.example", listenerPorts: [8080 + seed] },
    targetGroup: {
      ...base.targetGroup!,
      port: 8080 + seed,
      targets: base.instances.map((_, index) => ({ instanceId: idOf(index), port: 8080 + seed, state: "healthy" })),
    },
    recordedInstanceIds: hosts.map(({ instanceId }) => instanceId),
    instances: base.instances.map((host, index) => ({
      ...host,
      id: idOf(index),
      privateIp: `10.${61 + seed}.${71 + index}.${84 + seed}`,
      facts: {
        nginx: { version: `1.${26 + seed}.9`, active: true },
        puma: { version: `7.${31 + seed}.8`, active: true },
        rails: `8.${41 + seed}.4`,
        ruby: `3.${51 + seed}`,
        socket: "/run/puma.sock",
        database: "/var/lib/production.db",
        listening: [],
      },
    })),
    bucket: { ...base.bucket!, name: "pictures", prefixes: [{ prefix: "logs/", objects: 467 + seed }] },
    proved: new Map(steps.map(({ name, finishedAt }) => [name, new Date(finishedAt ?? 0)])),
  });
  const drills = (["puma", "host"] as const).map((kind, index): DrillRecord => {
    const own = 1 + index + 2 * seed;
    return {
      kind,
      subject: hosts[0]?.instanceId ?? "",
      stack: state.stack,
      startedAt: at(5_200_000 + 61_000 * own),
      rate: 37 + own,
      seconds: 141 + own,
      failedAtMs: 2_017 + 411 * own,
      restoredBy: index === 0 ? "itself" : "drill",
      figures: {
        requests: 6_100 + 17 * own,
        failed: 750 + 13 * own,
        failures: { [seed === 0 ? "502" : "504"]: 700 + 11 * own, reset: 50 + 2 * own },
        longestGapMs: 3_300 + 1_500 * own,
        outOfRotationMs: 31_700 + 9_300 * own,
        replacedMs: index === 0 ? 71_200 + 7_100 * own : null,
        healthyAgainMs: 93_400 + 17_100 * own,
      },
      columnMs: 520 + 260 * seed,
      hosts: hosts.map(({ instanceId }) => instanceId),
      columns: Array.from({ length: 290 + 22 * own }, (_, column) => ({
        answered: hosts.map(() => (column === 3 ? 214 + own : 5)),
        failed: 0,
      })),
    };
  });
  return {
    state,
    drills,
    standing: { kind: "seen" },
    workLog: workLog.map((entry) => JSON.stringify(entry)).join("\n"),
    titles: new Map(),
    topology,
    instanceType: seed === 0 ? "t3.small" : "t3.medium",
  };
}
