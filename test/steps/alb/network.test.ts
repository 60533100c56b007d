import { describe, expect, it } from "vitest";
import type { HttpOutcome } from "../../../src/ports/http.ts";
import type { LoadBalancer, TargetGroup } from "../../../src/ports/load-balancing.ts";
import type { ElasticIp } from "../../../src/ports/network.ts";
import type { Ports } from "../../../src/ports/index.ts";
import { ensureAddresses, planAddresses } from "../../../src/steps/alb/addresses.ts";
import { destroyAlb } from "../../../src/steps/alb/destroy.ts";
import { requireKind } from "../../../src/steps/alb/kind.ts";
import { listenerChanges, wantedListeners } from "../../../src/steps/alb/listeners.ts";
import { verifyNlb } from "../../../src/steps/alb/verify-nlb.ts";
import { alb, type AlbOutput } from "../../../src/steps/alb.ts";
import { titleOf, type Recorder, type StepContext } from "../../../src/steps/step.ts";

const output: AlbOutput = {
  kind: "nlb",
  addresses: ["203.0.113.1", "203.0.113.2"],
  url: "http://lb.example",
  dnsName: "lb.example",
  loadBalancerArn: "arn:lb",
  targetGroupArn: "arn:tg",
  interfaceDescription: "ELB net/demo/1",
};
const kept: readonly ElasticIp[] = [
  { id: "eipalloc-1", name: "address-1", publicIp: "203.0.113.1", interfaceId: "eni-1" },
  { id: "eipalloc-2", name: "address-2", publicIp: "203.0.113.2", interfaceId: "eni-2" },
];
const answer = (status: number): HttpOutcome => ({ kind: "answer", status, headers: {}, body: Buffer.from("") });

/** What the world looks like; each test breaks one thing of it. */
interface World {
  addresses: string[];
  kept: readonly ElasticIp[];
  answers: Readonly<Record<string, HttpOutcome>>;
  remote: string;
  forwardedFor: string;
  traceId: string;
  client: string;
  /** How Nginx logged the line that is no HTTP; undefined: it never came there. */
  raw: number | undefined;
  target: string;
  direct: HttpOutcome;
}
const well: World = {
  addresses: ["203.0.113.2", "203.0.113.1"],
  kept,
  answers: {},
  remote: "198.51.100.7",
  forwardedFor: "-",
  traceId: "-",
  client: "198.51.100.7",
  raw: 400,
  target: "healthy",
  direct: { kind: "timeout", message: "" },
};

const logLine = ({ remote, forwardedFor, traceId }: World, request: string, status: number, upstream: string): string =>
  `${remote} - - [30/Nov/2026:18:00:00 +0000] "${request}" ${status} 5 "-" "lecture05" request_id=x ` +
  `upstream=${upstream} forwarded_for="${forwardedFor}" seconds=0.01 upstream_status=200 pid=7 trace_id="${traceId}"`;

function contextOf(world: World): StepContext {
  const interfaces = ["10.5.0.10", "10.5.1.10"].map((privateIp) => ({
    description: output.interfaceDescription,
    privateIp,
  }));
  const ports = {
    http: {
      addresses: async () => world.addresses,
      say: async () => ({ kind: "line", line: "HTTP/1.1 400 Bad Request" }),
      async request(url: string): Promise<HttpOutcome> {
        const { hostname } = new URL(url);
        return hostname === "192.0.2.10" ? world.direct : (world.answers[hostname] ?? answer(200));
      },
    },
    network: { findElasticIps: async () => world.kept, findNetworkInterfaces: async () => interfaces },
    loadBalancing: { targetHealth: async () => [{ instanceId: "i-1", port: 80, state: world.target }] },
    shell: {
      async run(_id: string, { text }: { text: string }) {
        const isRaw = /trace request lecture05-/.test(text);
        const socket = "unix:/run/lecture05/puma.sock";
        const nginx = isRaw
          ? world.raw === undefined
            ? ""
            : logLine(world, "lecture05-x", world.raw, "-")
          : logLine(world, "GET / HTTP/1.1", 200, socket);
        const puma = isRaw ? "" : `Nov 30 ip puma[42]: [x] GET / 200 3ms ${world.client} via=${socket} peer=7`;
        const probes = {
          request_nginx: nginx,
          request_puma: puma,
          puma_processes: "42",
          nginx_processes: "6 7",
        };
        const stdout = Object.entries(probes).map(([name, value]) => `probe ${name} ${value}\n`);
        return { exitCode: 0, stderr: "", stdout: stdout.join("") };
      },
      online: async () => ["i-1"],
    },
  };
  return {
    stack: "demo",
    settings: { loadBalancer: "nlb" },
    ports: ports as unknown as Ports,
    signal: new AbortController().signal,
    progress: () => {},
    keepPage: () => {},
    output: () => ({ vpcId: "vpc-1", hosts: [{ instanceId: "i-1", publicIp: "192.0.2.10" }] }),
  } as unknown as StepContext;
}

async function failing(world: World): Promise<string[]> {
  const checks = await verifyNlb(contextOf(world), output);
  return checks.filter(({ ok }) => !ok).map(({ name }) => name);
}

describe("what is proved of a network load balancer", () => {
  it("holds where all is as it should be", async () => {
    expect(await failing(well)).toEqual([]);
  });

  it.each<[string, Partial<World>, string[]]>([
    ["its name leads elsewhere, too", { addresses: ["203.0.113.1", "203.0.113.9"] }, ["fixed-addresses"]],
    ["its name leads nowhere", { addresses: [] }, ["fixed-addresses"]],
    [
      "an address of its own leads to no load balancer",
      { kept: kept.map((address, index) => (index === 0 ? { ...address, interfaceId: "" } : address)).slice(1) },
      ["fixed-addresses", "each-address-answers"],
    ],
    [
      "a zone's address is dead",
      { answers: { "203.0.113.2": { kind: "timeout", message: "no answer within 10000 ms" } } },
      ["each-address-answers"],
    ],
    ["Nginx is asked from its own address", { remote: "10.5.1.10", client: "10.5.1.10" }, ["client-address"]],
    ["it adds a header", { forwardedFor: "198.51.100.7" }, ["nothing-added"]],
    ["it marks requests", { traceId: "Root=1-0-0" }, ["nothing-added"]],
    ["Puma does not know the visitor", { client: "127.0.0.1" }, ["visitor-known"]],
    ["it reads what passes", { raw: undefined }, ["handed-on-unread"]],
    ["what is no HTTP is taken for a page", { raw: 200 }, ["handed-on-unread"]],
    ["a target is ill", { target: "unhealthy" }, ["target-healthy"]],
    ["hosts are open beside it", { direct: answer(200) }, ["host-closed"]],
  ])("fails when %s", async (_what, broken, names) => {
    expect(await failing({ ...well, ...broken })).toEqual(names);
  });
});

/** Elastic IPs as an account has them, and a recorder that only calls. */
function account(present: readonly ElasticIp[] = []) {
  const addresses = [...present];
  const noted: string[] = [];
  const record: Pick<Recorder, "create" | "found"> = {
    async create(resource, call, idOf) {
      const made = await call("token");
      noted.push(`create ${resource.name} ${idOf(made)}`);
      return made;
    },
    async found(_type, name) {
      noted.push(`found ${name}`);
    },
  };
  const network = {
    findElasticIps: async () => addresses,
    async allocateElasticIp({ name }: { name: string }): Promise<ElasticIp> {
      const number = addresses.length + 1;
      const made = { id: `eipalloc-${number}`, name, publicIp: `203.0.113.${number}` };
      addresses.push(made);
      return made;
    },
  };
  const ctxOf = (loadBalancer: "alb" | "nlb" | undefined): StepContext =>
    ({
      stack: "demo",
      settings: { loadBalancer },
      ports: { network },
      record,
      progress: () => {},
      output: () => ({ publicSubnetIds: ["subnet-a", "subnet-c"] }),
      findOutput: () => ({ publicSubnetIds: ["subnet-a", "subnet-c"] }),
    }) as unknown as StepContext;
  return { addresses, noted, ctxOf };
}

describe("Elastic IPs", () => {
  it("are one for each zone, and made once", async () => {
    const { addresses, noted, ctxOf } = account();
    const ctx = ctxOf("nlb");
    expect((await planAddresses(ctx)).map(({ subject }) => subject)).toEqual([
      "ec2:elastic-ip address-1",
      "ec2:elastic-ip address-2",
    ]);
    const made = await ensureAddresses(ctx);
    expect(await planAddresses(ctx)).toEqual([]);
    expect(await ensureAddresses(ctx)).toEqual(made);
    expect(addresses).toHaveLength(2);
    expect(noted).toEqual([
      "create address-1 eipalloc-1",
      "create address-2 eipalloc-2",
      "found address-1",
      "found address-2",
    ]);
  });

  it("go on where a run was killed between the two, in the order of the subnets", async () => {
    const { ctxOf } = account([{ id: "eipalloc-7", name: "address-2", publicIp: "203.0.113.7" }]);
    expect((await ensureAddresses(ctxOf("nlb"))).map(({ name }) => name)).toEqual(["address-1", "address-2"]);
  });

  it("are nothing that an application load balancer has", async () => {
    const { addresses, ctxOf } = account();
    expect(await ensureAddresses(ctxOf(undefined))).toEqual([]);
    expect(await planAddresses(ctxOf("alb"))).toEqual([]);
    expect(addresses).toEqual([]);
  });
});

describe("the kind of a load balancer", () => {
  const balancer = (kind: LoadBalancer["kind"]) => ({ kind }) as LoadBalancer;
  const group = (protocol: string) => ({ protocol }) as TargetGroup;
  const ctx = (loadBalancer: "alb" | "nlb" | undefined) =>
    ({ stack: "demo", settings: { loadBalancer } }) as StepContext;

  it("is refused where another one stands, whole or in part", () => {
    const refused = { code: "LOAD_BALANCER_KIND" };
    expect(() => requireKind(ctx("nlb"), balancer("alb"), undefined)).toThrow(expect.objectContaining(refused));
    expect(() => requireKind(ctx(undefined), balancer("nlb"), group("TCP"))).toThrow(expect.objectContaining(refused));
    expect(() => requireKind(ctx("nlb"), undefined, group("HTTP"))).toThrow(expect.objectContaining(refused));
    expect(() => requireKind(ctx("alb"), balancer(undefined), undefined)).toThrow(expect.objectContaining(refused));
  });

  it("is taken where it fits, or where nothing stands", () => {
    for (const kind of ["alb", "nlb"] as const) {
      expect(() => requireKind(ctx(kind), undefined, undefined)).not.toThrow();
      expect(() => requireKind(ctx(kind), balancer(kind), group(kind === "alb" ? "HTTP" : "TCP"))).not.toThrow();
    }
  });

  it("is what the step is called by", () => {
    expect(titleOf(alb, { loadBalancer: "nlb" }).en).toBe("Network Load Balancer in front");
    expect(titleOf(alb, {}).en).toBe("Application Load Balancer in front");
  });

  it("has a listener for bytes", () => {
    const [listener] = wantedListeners("arn:tg", undefined, "nlb");
    expect(listener?.settings).toEqual({ port: 80, protocol: "TCP", targetGroupArn: "arn:tg" });
    const present = [{ arn: "arn:l", port: 80, protocol: "TCP", targetGroupArn: "arn:tg" }];
    expect(listenerChanges(present, "arn:tg", undefined, "nlb")).toEqual([]);
    const [changed] = listenerChanges([{ ...present[0]!, targetGroupArn: "arn:other" }], "arn:tg", undefined, "nlb");
    expect(changed).toMatchObject({ action: "update", subject: "elbv2:listener http" });
  });
});

describe("its end", () => {
  it("releases the addresses after it, waits for its interfaces, and finds what the state has forgotten", async () => {
    const done: string[] = [];
    let nowMs = 0;
    let uses = 2;
    const ctx = {
      stack: "demo",
      settings: {},
      signal: new AbortController().signal,
      progress: () => {},
      record: { gone: async () => {} },
      clock: { now: () => new Date(nowMs), sleep: async (ms: number) => void (nowMs += ms) },
      ports: {
        network: {
          findElasticIps: async () => kept.slice(0, 1),
          releaseElasticIp: async (id: string) => (uses-- > 0 ? "in-use" : (done.push(`release ${id}`), "deleted")),
        },
        loadBalancing: {
          findAllOf: async () => ({ loadBalancers: [{ arn: "arn:lb" }], targetGroups: [] }),
          findListeners: async () => [],
          deleteLoadBalancer: async () => (done.push("load balancer"), "deleted"),
        },
      },
    } as unknown as StepContext;
    const { deleted, leftovers } = await destroyAlb(ctx);
    expect(done).toEqual(["load balancer", "release eipalloc-1"]);
    expect(leftovers).toEqual([]);
    expect(deleted).toContainEqual({ type: "ec2:elastic-ip", id: "eipalloc-1" });
    expect(nowMs).toBeGreaterThan(0);
  });
});
