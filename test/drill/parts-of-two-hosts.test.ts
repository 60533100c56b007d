import { describe, expect, it } from "vitest";
import { runDrill, type DrillRequest } from "../../src/drill/run-drill.ts";
import { restoreLeftovers } from "../../src/engine/undo.ts";
import type { Ports } from "../../src/ports/index.ts";
import { readState } from "../../src/state/read.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const request: Omit<DrillRequest, "kind" | "subject"> = { rate: 40, seconds: 1.2 };
const az: DrillRequest = { ...request, kind: "az", subject: "zone-a" };
const database: DrillRequest = { ...request, kind: "database", subject: "toy-database" };

interface Options {
  readonly multiAz?: boolean;
  readonly zones?: readonly string[];
  readonly given?: boolean;
  readonly hasDatabase?: boolean;
}

/** Two hosts in two zones and a database in the first, as far as visitors and the load balancer see them. */
function start({ multiAz = true, zones = ["zone-a", "zone-c"], given = false, hasDatabase = true }: Options = {}) {
  const done: string[] = [];
  const stack = {
    acls: new Map([
      ["public-a", "default"],
      ["private-a", "default"],
      ["public-c", "default"],
      ["private-c", "default"],
    ]),
    closing: [] as string[],
    held: false,
    database: { status: "available", zone: "zone-a" },
  };
  const isCut = (zone: string): boolean => stack.acls.get(`public-${zone.slice(-1)}`) !== "default";
  const page = Buffer.from("<footer><dd>ip-10-5-1-10</dd><dd>a</dd></footer>");
  const ports = {
    http: {
      request: async () => {
        const isWell = stack.database.status === "available" && !isCut(stack.database.zone);
        return { kind: "answer", status: isWell ? 200 : 500, headers: {}, body: page };
      },
    },
    network: {
      findSubnets: async () =>
        [...stack.acls.keys()].map((id) => ({ id, name: id, availabilityZone: `zone-${id.slice(-1)}` })),
      findSubnetAcls: async (ids: string[]) =>
        ids.map((id) => ({ subnetId: id, aclId: stack.acls.get(id), associationId: id })),
      findClosingAcls: async () => stack.closing,
      createClosingAcl: async () => (done.push("create"), stack.closing.push("closing"), "closing"),
      replaceSubnetAcl: async (id: string, acl: string) => void (done.push(`${id} ${acl}`), stack.acls.set(id, acl)),
      deleteAcl: async () => void (done.push("delete"), (stack.closing = [])),
    },
    autoScaling: {
      holdReplacement: async (_group: string, isHeld: boolean) =>
        void (done.push(`held ${isHeld}`), (stack.held = isHeld)),
    },
    databases: {
      find: async () => {
        const { status, zone } = stack.database;
        return hasDatabase ? { id: "toy-database", status, availabilityZone: zone, multiAz } : undefined;
      },
      failOver: async () => {
        done.push("fail over");
        stack.database = { status: "rebooting", zone: "zone-c" };
        setTimeout(() => (stack.database.status = "available"), 300);
      },
      stop: async () => void (done.push("stop"), (stack.database.status = "stopped")),
      waitUntilAvailable: async () => void (done.push("available"), (stack.database.status = "available")),
    },
    loadBalancing: {
      findLoadBalancer: async () => ({ dnsName: "own.example" }),
      findTargetGroup: async () => ({ arn: "group" }),
      targetHealth: async () =>
        zones.map((zone, at) => ({ instanceId: `i-${at}`, port: 80, state: isCut(zone) ? "unhealthy" : "healthy" })),
    },
  };
  const directory = temporaryDirectory();
  const controller = new AbortController();
  const alb = toyStep("alb", [], new ToyCloud());
  const open = () => {
    const session = openToySession(directory, [alb], controller, ports as unknown as Ports);
    session.recordOf("alb").output = {
      url: "http://own.example",
      dnsName: "own.example",
      loadBalancerArn: "balancer",
      targetGroupArn: "group",
      interfaceDescription: "ELB",
    };
    session.recordOf("ec2").output = {
      vpcId: "vpc",
      publicSubnetIds: ["public-a", "public-c"],
      ...(given ? { givenSubnetIds: ["public-a", "public-c"] } : {}),
      loadBalancerGroupId: "sg-1",
      hostGroupId: "sg-2",
      roleName: "host",
      hosts: zones.map((availabilityZone, at) => ({ instanceId: `i-${at}`, availabilityZone, privateIp: "10.0.0.1" })),
    };
    session.recordOf("database").status = hasDatabase ? "done" : "pending";
    session.recordOf("redundancy").status = "done";
    return session;
  };
  const session = open();
  return {
    done,
    stack,
    directory,
    controller,
    ports: ports as unknown as Ports,
    session,
    ctx: session.contextFor(alb),
    open,
  };
}

describe("drill az", () => {
  it("cuts the zone's subnets, lets the standby take over, holds the group meanwhile, and puts all of it back", async () => {
    const { ctx, done, stack, directory } = start();
    const { figures, restoredBy } = await runDrill(ctx, az);
    expect(done).toEqual([
      "held true",
      "create",
      "public-a closing",
      "private-a closing",
      "fail over",
      "public-a default",
      "private-a default",
      "delete",
      "held false",
    ]);
    expect([...new Set(stack.acls.values())]).toEqual(["default"]);
    expect(restoredBy).toBe("drill");
    expect(figures.outOfRotationMs).not.toBeNull();
    expect([figures.replacedMs, figures.healthyAgainMs === null]).toEqual([null, false]);
    expect(readState(directory)).not.toHaveProperty("undo");
  });

  it("leaves the database alone where it is not in that zone, or has no standby to take over", async () => {
    const elsewhere = start();
    await runDrill(elsewhere.ctx, { ...az, subject: "zone-c" });
    expect(elsewhere.done).not.toContain("fail over");
    expect(elsewhere.done).toContain("private-c closing");
    const alone = start({ multiAz: false });
    const { figures } = await runDrill(alone.ctx, az);
    expect(alone.done).not.toContain("fail over");
    // Its records are in the zone that is away.
    expect(figures.failures).toHaveProperty("500");
  });

  it("is put back by the next command when it was killed: first the network, then the group", async () => {
    const it = start();
    const { directory, done, open, ports, session, stack } = it;
    const network = ports.network;
    const replace = network.replaceSubnetAcl.bind(network);
    network.replaceSubnetAcl = async (id, acl) => {
      if (id === "private-a") throw new Error("killed");
      await replace(id, acl);
    };
    // As a kill leaves it: nothing of what would put it right is carried out.
    const putBack = Object.assign(ports.autoScaling, {});
    const hold = putBack.holdReplacement.bind(putBack);
    ports.autoScaling.holdReplacement = async (name, isHeld) => {
      if (!isHeld) throw new Error("killed");
      await hold(name, isHeld);
    };
    const findAcls = network.findSubnetAcls.bind(network);
    let looks = 0;
    network.findSubnetAcls = async (ids) => {
      if (++looks > 1) throw new Error("killed");
      return findAcls(ids);
    };
    await expect(runDrill(it.ctx, az)).rejects.toThrow("killed");
    expect(readState(directory)?.undo?.map(({ action }) => action.kind)).toEqual(["group-held", "zone-cut"]);
    expect([stack.held, stack.acls.get("public-a")]).toEqual([true, "closing"]);
    session.close();

    Object.assign(network, { replaceSubnetAcl: replace, findSubnetAcls: findAcls });
    ports.autoScaling.holdReplacement = hold;
    done.length = 0;
    const next = open();
    await restoreLeftovers(next);
    expect(done).toEqual(["public-a default", "delete", "held false"]);
    expect(readState(directory)).not.toHaveProperty("undo");
    expect([stack.held, [...new Set(stack.acls.values())]]).toEqual([false, ["default"]]);
    next.close();
  });

  it.each([
    ["with all hosts in one zone", { zones: ["zone-a", "zone-a"] }, "one zone"],
    ["in somebody else's subnets", { given: true }, "somebody else's"],
  ] as const)("does not begin %s", async (_what, options, words) => {
    const { ctx, done } = start(options);
    const refusal = runDrill(ctx, az);
    await expect(refusal).rejects.toMatchObject({ code: "DRILL_REFUSED" });
    await expect(refusal).rejects.toHaveProperty("detail.why.en", expect.stringContaining(words));
    expect(done).toEqual([]);
  });

  it("does not begin where a network ACL that nobody knows of keeps everything out already", async () => {
    const { ctx, done, stack } = start();
    stack.closing = ["old"];
    stack.acls.set("private-a", "old");
    await expect(runDrill(ctx, az)).rejects.toMatchObject({ code: "DRILL_REFUSED" });
    expect(done).toEqual([]);
  });
});

describe("drill database", () => {
  it("fails over to the standby, and tells how long that took", async () => {
    const { ctx, done, stack } = start();
    const { figures, restoredBy, subject } = await runDrill(ctx, { ...database, seconds: 6 });
    expect([restoredBy, subject, stack.database.zone]).toEqual(["itself", "toy-database", "zone-c"]);
    expect(done).toEqual(["held true", "fail over", "available", "held false"]);
    expect(figures.failures).toHaveProperty("500");
    expect(figures.replacedMs).toBeGreaterThan(0);
    expect(figures.healthyAgainMs).toBeGreaterThanOrEqual(figures.replacedMs ?? Number.NaN);
    expect(figures.outOfRotationMs).toBeNull();
  }, 30_000);

  it("stops one without a standby, and starts it again", async () => {
    const { ctx, done, stack } = start({ multiAz: false });
    const { figures, restoredBy } = await runDrill(ctx, database);
    expect([restoredBy, figures.replacedMs, stack.database.status]).toEqual(["drill", null, "available"]);
    expect(done.slice(0, 3)).toEqual(["held true", "stop", "available"]);
    expect(done.at(-1)).toBe("held false");
    expect(figures.failed).toBeGreaterThan(5);
    expect(figures.healthyAgainMs).toBeGreaterThan(0);
  });

  it("is well only when the page is, where it needs longer than the load lasts", async () => {
    const { ctx, ports, stack } = start({ multiAz: false });
    ports.databases.waitUntilAvailable = async () => {
      setTimeout(() => (stack.database.status = "available"), 2000);
      return {} as never;
    };
    const { figures } = await runDrill(ctx, database);
    expect(figures.healthyAgainMs).toBeGreaterThan(2000);
  });

  it.each([
    ["there is none", { hasDatabase: false }, "available"],
    ["it is not available", {}, "modifying"],
  ] as const)("does not begin where %s", async (_what, options, status) => {
    const { ctx, done, stack } = start(options);
    Object.assign(stack.database, { status });
    ctx.ports.http.request = async () => ({ kind: "answer", status: 200, headers: {}, body: Buffer.from("") });
    await expect(runDrill(ctx, database)).rejects.toMatchObject({ code: "DRILL_REFUSED" });
    expect(done).toEqual([]);
  });
});
