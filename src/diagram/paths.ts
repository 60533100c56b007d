import { pumaPort } from "../remote/paths.ts";
import type { StepName } from "../steps/names.ts";
import type { Arrow } from "./scene.ts";
import type { Topology, TopologyInstance } from "./topology.ts";

type Leg = Omit<Arrow, "id" | "proved">;

/** The way of a request that the stage's step proves, leg by leg, with protocol and port. */
export function pathOf(stage: StepName, topology: Topology): Arrow[] {
  const proved = topology.proved.has(stage);
  return legs(stage, topology).map((leg, index) => ({ id: `arrow-${index + 1}`, ...leg, proved }));
}

function legs(stage: StepName, { instances, loadBalancer, targetGroup, database }: Topology): Leg[] {
  if (stage === "static-site") {
    return [
      { from: "user", to: "internet", label: "HTTP 80" },
      { from: "internet", to: "site", label: "HTTP 80" },
    ];
  }
  if (stage === "backup") {
    return instances.flatMap(({ id }) => [
      { from: `puma-${id}`, to: "backups", label: "HTTPS 443" },
      { from: `host-${id}`, to: "role", label: "IMDSv2" },
    ]);
  }
  if (stage === "alb" || stage === "s3" || stage === "database") {
    const [secure] = loadBalancer?.securePorts ?? [];
    const label = secure === undefined ? `HTTP ${loadBalancer?.listenerPorts[0] ?? 80}` : `HTTPS ${secure}`;
    return [
      { from: "user", to: "internet", label },
      { from: "internet", to: "gateway", label },
      { from: "gateway", to: "load-balancer", label },
      { from: "load-balancer", to: "target-group", label: "" },
      ...instances.flatMap((host) => [
        { from: "target-group", to: `nginx-${host.id}`, label: `HTTP ${targetGroup?.port ?? 80}` },
        ...behindNginx(host),
        ...(stage === "alb" ? [] : storage(host)),
        ...(stage === "database"
          ? [{ from: `puma-${host.id}`, to: "database", label: `MySQL ${database?.port ?? ""}` }]
          : []),
      ]),
    ];
  }
  return [
    { from: "operator", to: "ssm", label: "HTTPS 443" },
    ...instances.flatMap((host) => [
      { from: "ssm", to: entryOf(stage, host), label: entryLabel(stage) },
      ...(stage === "nginx-puma" ? behindNginx(host) : []),
      ...(stage === "puma-socket" ? behindSocket(host) : []),
      ...(stage === "puma" ? records(host) : []),
    ]),
  ];
}

/** Where a check of this stage knocks, on the host itself. */
function entryOf(stage: StepName, { id }: TopologyInstance): string {
  if (stage === "puma") return `puma-${id}`;
  if (stage === "puma-socket") return `socket-${id}`;
  return stage === "ec2" ? `host-${id}` : `nginx-${id}`;
}

function entryLabel(stage: StepName): string {
  if (stage === "ec2") return "SSM";
  if (stage === "puma") return `HTTP 127.0.0.1:${pumaPort}`;
  return stage === "puma-socket" ? "HTTP (unix)" : "HTTP 127.0.0.1:80";
}

const behindNginx = (host: TopologyInstance): Leg[] => [
  { from: `nginx-${host.id}`, to: `socket-${host.id}`, label: "HTTP (unix)" },
  ...behindSocket(host),
];

const behindSocket = (host: TopologyInstance): Leg[] => [
  { from: `socket-${host.id}`, to: `puma-${host.id}`, label: "" },
  ...records(host),
];

const records = ({ id }: TopologyInstance): Leg[] => [{ from: `puma-${id}`, to: `database-${id}`, label: "SQL" }];

const storage = ({ id }: TopologyInstance): Leg[] => [
  { from: `puma-${id}`, to: "bucket", label: "HTTPS 443" },
  { from: `host-${id}`, to: "role", label: "IMDSv2" },
];
