import { createServer, request as forward, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import { createNetwork } from "../../src/aws/network.ts";
import type { Network } from "../../src/ports/network.ts";
import { named, startStack, type TestStack } from "./stack.ts";

let stack: TestStack;
let network: Network;
let clients: Clients;
let proxy: Server;
/** What happens to requests with this action: the answer is lost after the effect, or the request never arrives. */
let losses: { action: string; lost: "answer" | "request"; times: number } | undefined;
/** So many answers to Describe calls are as if what was made were not there yet. */
let blindLooks: number;
let seen: string[];

beforeEach(async () => {
  stack = await startStack();
  [losses, seen, blindLooks] = [undefined, [], 0];
  const { port } = new URL(stack.sandbox.endpoint);
  proxy = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      const body = Buffer.concat(parts);
      const action = /Action=(\w+)/.exec(body.toString())?.[1] ?? "";
      seen.push(action);
      const lost = losses?.action === action && losses.times-- > 0 ? losses.lost : undefined;
      if (lost === "request") {
        incoming.socket.destroy();
        return;
      }
      if (action.startsWith("Describe") && blindLooks-- > 0) {
        outgoing.end(`<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"/>`);
        return;
      }
      const { method, url, headers } = incoming;
      const onward = forward({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
        if (lost === "answer") {
          answer.resume().on("end", () => incoming.socket.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { region, credentials } = stack.sandbox.clientConfig();
  clients = createClients({ region, endpoint, credentials });
  const clock = { now: () => new Date(), sleep: async () => {} };
  network = createNetwork(clients, { clock, pollMs: 1, callerAddressUrl: endpoint });
});

afterEach(async () => {
  clients.destroy();
  proxy.closeAllConnections();
  await new Promise<void>((resolve) => proxy.close(() => resolve()));
  await stack.stop();
});

const records = () => stack.sandbox.world.ec2.data;
const creations = (action: string): number => seen.filter((it) => it === action).length;

interface Creation {
  readonly action: string;
  readonly make: (vpcId: string) => Promise<{ readonly id: string }>;
  readonly ids: () => string[];
}

const creationsWithoutToken: readonly Creation[] = [
  {
    action: "CreateVpc",
    make: () => network.createVpc({ ...named("vpc"), stack: "another" }, "10.6.0.0/16"),
    ids: () => Object.keys(records().vpcs).filter((id) => records().tags[id]?.["lecture05:stack"] === "another"),
  },
  {
    action: "CreateInternetGateway",
    make: () => network.createInternetGateway(named("gateway")),
    ids: () => Object.keys(records().internetGateways),
  },
  {
    action: "CreateSubnet",
    make: (vpcId) =>
      network.createSubnet(named("public-a"), {
        vpcId,
        cidr: "10.5.1.0/24",
        availabilityZone: "ap-northeast-1a",
      }),
    ids: () => Object.keys(records().subnets),
  },
  {
    action: "CreateSecurityGroup",
    make: (vpcId) => network.createSecurityGroup(named("host"), vpcId, "a group"),
    ids: () => Object.keys(records().securityGroups).filter((id) => records().tags[id]?.["lecture05:name"] === "host"),
  },
];

describe("a creating call that takes no client token", () => {
  it.each(creationsWithoutToken)("finds what $action made when its answer got lost", async ({ action, make, ids }) => {
    const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
    seen = [];
    losses = { action, lost: "answer", times: 1 };
    const made = await make(vpc.id);
    expect(ids()).toEqual([made.id]);
    expect(creations(action)).toBe(1);
  });

  it.each(creationsWithoutToken)("sends $action again when it never arrived", async ({ action, make, ids }) => {
    const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
    seen = [];
    losses = { action, lost: "request", times: 2 };
    const made = await make(vpc.id);
    expect(ids()).toEqual([made.id]);
    expect(creations(action)).toBe(3);
  });

  it.each([2, 8])("makes one only, also when it is not listed for %i looks", async (looks) => {
    const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
    for (const { action, make, ids } of creationsWithoutToken) {
      losses = { action, lost: "answer", times: 1 };
      blindLooks = looks;
      const made = await make(vpc.id);
      expect([action, ids()]).toEqual([action, [made.id]]);
    }
  });

  it("leaves a subnet to whom it belongs, when the range is somebody else's", async () => {
    const vpc = await network.createVpc(named("vpc"), "10.5.0.0/16");
    const subnet = { vpcId: vpc.id, cidr: "10.5.1.0/24", availabilityZone: "ap-northeast-1a" };
    await network.createSubnet({ ...named("public-a"), stack: "another" }, subnet);
    losses = { action: "CreateSubnet", lost: "request", times: 1 };
    await expect(network.createSubnet(named("public-a"), subnet)).rejects.toMatchObject({
      name: "InvalidSubnet.Conflict",
    });
  });

  it("gives up with the network's own error", async () => {
    losses = { action: "CreateInternetGateway", lost: "request", times: Infinity };
    await expect(network.createInternetGateway(named("gateway"))).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(creations("CreateInternetGateway")).toBe(5);
    expect(records().internetGateways).toEqual({});
  });

  it("leaves a refusal to the caller at once", async () => {
    const subnet = { vpcId: "vpc-0123456789abcdef0", cidr: "10.5.1.0/24", availabilityZone: "ap-northeast-1a" };
    await expect(network.createSubnet(named("public-a"), subnet)).rejects.toMatchObject({
      name: "InvalidVpcID.NotFound",
    });
    expect(creations("CreateSubnet")).toBe(1);
  });
});
