import type { ConnectOptions } from "../../../src/aws/connect.ts";
import type { Probes, Repairs } from "../../../src/commands/doctor/probes.ts";
import type { SandboxControl, SandboxStatus, Services } from "../../../src/commands/services.ts";
import type { WantedRealism } from "../../../src/commands/settings.ts";
import { translateError } from "../../../src/aws/translate-error.ts";
import type { PreflightCheck } from "../../../src/preflight/check.ts";
import type { PreflightOptions } from "../../../src/preflight/preflight.ts";
import type { Ports } from "../../../src/ports/index.ts";
import type { CommandResult, RemoteScript } from "../../../src/ports/shell.ts";
import type { SandboxIdentity } from "../../../src/state/schema.ts";
import { isExtra, stepNames } from "../../../src/steps/names.ts";
import { backupOperations } from "../../../src/steps/backup/operations.ts";
import type { Kept } from "../../../src/steps/step.ts";
import type { BucketData } from "../../../src/steps/sweep.ts";
import { ToyCloud, toyStep, type ToyStep } from "../../support/memory-session.ts";

export const root = { accessKeyId: "AKIAEXAMPLE000000000", secretAccessKey: "it's a secret" };

/** All seven steps on a toy cloud, a sandbox that is always there, and what was asked of them. */
export interface FakeServices extends Services {
  readonly cloud: ToyCloud;
  readonly toys: readonly ToyStep[];
  readonly connections: ConnectOptions[];
  readonly sandboxCalls: string[];
  /** How the sandbox was asked to behave. */
  readonly realisms: WantedRealism[];
  readonly scripts: { instanceId: string; script: RemoteScript }[];
  ports: Partial<Ports>;
  sandboxStatus: SandboxStatus;
  /** Which sandbox answers; undefined: it does not say. */
  identity: SandboxIdentity | undefined;
  remote: (instanceId: string) => Pick<CommandResult, "exitCode" | "stdout" | "stderr">;
  connectError: Error | undefined;
  probesOf: Probes | undefined;
  repairsOf: Repairs | undefined;
  /** How many things the sweep finds that no step deletes. */
  left: number;
  sweep: Services["sweep"];
  data: BucketData | undefined;
  kept: Kept | undefined;
  /** What the preflight finds. */
  preflightChecks: PreflightCheck[];
  readonly preflights: PreflightOptions[];
}

export function fakeServices(): FakeServices {
  const cloud = new ToyCloud();
  const toys = stepNames.map((name, index) => {
    const toy = toyStep(name, stepNames.slice(Math.max(0, index - 1), index), cloud);
    return isExtra(name) ? Object.assign(toy, { isThere: async () => cloud.find(name) !== undefined }) : toy;
  });
  const ec2 = toys[0];
  if (ec2) ec2.facts = ({ id }) => ({ url: `http://${id}.example`, hosts: hosts.slice(0, 1) });
  const sandboxCalls: string[] = [];
  const endpoint = { url: "http://127.0.0.1:4566", credentials: root };

  const fake: FakeServices = {
    cloud,
    toys,
    connections: [],
    sandboxCalls,
    realisms: [],
    scripts: [],
    ports: {},
    identity: undefined,
    sandboxStatus: {
      home: "/home/someone/sandbox",
      daemon: undefined,
      containers: [],
      holdsResources: false,
      cache: undefined,
    },
    remote: () => ({ exitCode: 0, stdout: "", stderr: "" }),
    connectError: undefined,
    probesOf: undefined,
    repairsOf: undefined,
    left: 0,
    steps: async () => toys,
    data: undefined,
    kept: undefined,
    preflightChecks: [],
    preflight: async (options) => {
      fake.preflights.push(options);
      return fake.preflightChecks;
    },
    preflights: [],
    sweep: async () => [
      {
        service: "ec2",
        subject: "vpcs",
        calls: [{ operation: "DescribeVpcs", requestId: "r-1" }],
        found: [
          ...[...cloud.things.keys()].map((id) => ({ type: "ec2:vpc", id })),
          ...Array.from({ length: fake.left }, (_, index) => ({ type: "ec2:vpc", id: `vpc-${index}` })),
        ],
      },
    ],
    bucketData: async () => fake.data,
    backups: async () => ({ ...backupOperations, backupData: async () => fake.kept }),
    translator: async () => translateError,
    async connect(options) {
      fake.connections.push(options);
      if (fake.connectError) throw fake.connectError;
      const shell: Ports["shell"] = {
        online: async (ids) => [...ids],
        waitUntilOnline: async () => {},
        runOnAll: async () => [],
        async run(instanceId, script) {
          fake.scripts.push({ instanceId, script });
          return { instanceId, commandId: "c-1", durationMs: 1, ...fake.remote(instanceId) };
        },
      };
      return {
        account: "000000000000",
        arn: "arn:aws:iam::000000000000:root",
        close: () => {},
        ports: { shell, ...fake.ports } as Ports,
      };
    },
    async sandbox(): Promise<SandboxControl> {
      return {
        async ensure({ onProgress, realism }) {
          sandboxCalls.push("ensure");
          if (realism !== undefined) fake.realisms.push(realism);
          onProgress({ en: "starting the sandbox", ja: "サンドボックスを起動しています" });
          return { ...endpoint, identity: fake.identity };
        },
        find: async () => (fake.sandboxStatus.daemon ? endpoint : undefined),
        status: async () => fake.sandboxStatus,
        async stop() {
          sandboxCalls.push("stop");
          return fake.sandboxStatus.daemon !== undefined;
        },
        async reset({ images, cache }) {
          sandboxCalls.push(["reset", ...(images ? ["images"] : []), ...(cache ? ["cache"] : [])].join(" "));
        },
      };
    },
    async probes() {
      if (!fake.probesOf) throw new Error("no probes given");
      return fake.probesOf;
    },
    async repairs() {
      if (!fake.repairsOf) throw new Error("no repairs given");
      return fake.repairsOf;
    },
  };
  return fake;
}

export const hosts = [
  { instanceId: "i-0001", availabilityZone: "ap-northeast-1a", privateIp: "10.5.1.10" },
  { instanceId: "i-0002", availabilityZone: "ap-northeast-1c", privateIp: "10.5.2.10" },
] as const;
