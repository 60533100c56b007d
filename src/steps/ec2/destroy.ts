import type { Blocker } from "../../ports/blocker.ts";
import type { Instance } from "../../ports/compute.ts";
import type { DeleteResult } from "../../ports/identity.ts";
import type { SecurityGroup, Vpc } from "../../ports/network.ts";
import type { DestroyOutcome, StepContext } from "../step.ts";
import { tearDown, type Removal } from "../tear-down.ts";
import { roleNameOf } from "./observe.ts";

const terminationTimeoutMs = 5 * 60_000;

/** From the instances outwards: what hangs on something goes before it. Found by tags, so any half-made state will do. */
export async function destroyEc2(ctx: StepContext): Promise<DestroyOutcome> {
  const { compute, identity, network } = ctx.ports;
  const name = roleNameOf(ctx.stack);
  const failures: unknown[] = [];
  /** What cannot be listed must not keep the rest alive: it counts as none, and the failure is told. */
  const look = async <T>(finding: Promise<T[]>): Promise<T[]> =>
    finding.catch((error: unknown) => {
      failures.push(error);
      return [];
    });
  const one = async <T>(finding: Promise<T | undefined>): Promise<T[]> => [await finding].flatMap((it) => it ?? []);
  const [instances, profiles, roles, groups, tables, gateways, subnets, vpcs, loadBalancers] = await Promise.all([
    look(compute.findInstances(ctx.stack)),
    look(one(identity.findInstanceProfile(ctx.stack, name))),
    look(one(identity.findRole(ctx.stack, name))),
    look(network.findSecurityGroups(ctx.stack)),
    look(network.findRouteTables(ctx.stack)),
    look(network.findInternetGateways(ctx.stack)),
    look(network.findSubnets(ctx.stack)),
    look(network.findVpcs(ctx.stack)),
    look(ctx.ports.loadBalancing.findAllOf(ctx.stack).then((found) => found.loadBalancers)),
  ]);
  // Interfaces of what is gone go too, in a while; those of a load balancer that stands do not.
  const passes = ({ id, description, owner }: Blocker): boolean =>
    instances.some((instance) => instance.id === owner || instance.id === id) ||
    (loadBalancers.length === 0 && isOfBalancer(description, ctx.stack));

  const terminated = await tearDown(ctx, instanceRemovals(ctx, instances));
  const removed = await tearDown(
    ctx,
    [
      // A root volume goes with its instance, unless somebody changed that; so they are looked for only now.
      ...(await look(compute.findStackVolumes(ctx.stack))).map(({ id, instanceId }): Removal => ({
        type: "ec2:volume",
        id,
        remove: () => compute.deleteVolume(id),
        blockers: async () => (instanceId ? [{ type: "ec2:instance", id: instanceId, description: "" }] : []),
        passes,
      })),
      ...profiles.map(({ name: id }): Removal => ({
        type: "iam:instance-profile",
        id,
        remove: () => identity.deleteInstanceProfile(id),
      })),
      ...roles.map(({ name: id }): Removal => ({ type: "iam:role", id, remove: () => identity.deleteRole(id) })),
      ...groups.map(({ id }): Removal => ({
        type: "ec2:security-group",
        id,
        remove: () => removeGroup(ctx, id, groups),
        blockers: () => network.findBlockers({ groupId: id }),
        passes,
      })),
      ...tables.map((table): Removal => ({
        type: "ec2:route-table",
        id: table.id,
        remove: () => network.deleteRouteTable(table),
      })),
      ...gateways.map((gateway): Removal => ({
        type: "ec2:internet-gateway",
        id: gateway.id,
        remove: () => network.deleteInternetGateway(gateway),
        blockers: async () =>
          gateway.attachedVpcId ? network.findBlockers({ gatewayOfVpcId: gateway.attachedVpcId }) : [],
        passes,
      })),
      ...subnets.map(({ id }): Removal => ({
        type: "ec2:subnet",
        id,
        remove: () => network.deleteSubnet(id),
        blockers: () => network.findBlockers({ subnetId: id }),
        passes,
      })),
      ...vpcs.map(({ id }: Vpc): Removal => ({
        type: "ec2:vpc",
        id,
        remove: () => removeVpc(ctx, id),
        blockers: () => network.findBlockers({ vpcId: id }),
        passes,
      })),
    ],
    terminated.leftovers,
  );
  return {
    deleted: [...terminated.deleted, ...removed.deleted],
    leftovers: [...terminated.leftovers, ...removed.leftovers],
    failures: [...failures, ...(terminated.failures ?? []), ...(removed.failures ?? [])],
  };
}

/** As Elastic Load Balancing describes its interfaces, whatever the kind. */
const isOfBalancer = (description: string, stack: string): boolean =>
  ["app", "net"].some((kind) => description.startsWith(`ELB ${kind}/${stack}/`));

/** All are told to go before the first is waited for. */
function instanceRemovals({ ports: { compute } }: StepContext, instances: readonly Instance[]): Removal[] {
  const told = new Map<string, ReturnType<typeof compute.terminateInstance>>();
  const tell = (id: string): ReturnType<typeof compute.terminateInstance> => {
    const telling = told.get(id) ?? compute.terminateInstance(id);
    told.set(id, telling);
    // Whoever waits for it sees the refusal; until then it is nobody's.
    telling.catch(() => {});
    return telling;
  };
  return instances.map(({ id }): Removal => ({
    type: "ec2:instance",
    id,
    remove: async () => {
      for (const instance of instances) void tell(instance.id);
      const result = await tell(id);
      if (result === "deleted") await compute.waitUntilTerminated(id, terminationTimeoutMs);
      return result;
    },
  }));
}

/** A drill that was killed may have left the network ACL by which it cut a zone off; nobody else looks for it. */
async function removeVpc({ stack, ports: { network } }: StepContext, id: string): Promise<DeleteResult> {
  const result = await network.deleteVpc(id);
  if (result !== "in-use") return result;
  // Who may not look at ACLs has made none.
  const acls = await network.findClosingAcls(stack).catch(() => []);
  for (const acl of acls) await network.deleteAcl(acl);
  return acls.length > 0 ? network.deleteVpc(id) : result;
}

/** A group stays while another one's rule names it: our own such rules go first. Another's is a blocker. */
async function removeGroup({ ports: { network } }: StepContext, id: string, groups: readonly SecurityGroup[]) {
  for (const group of groups) {
    for (const rule of group.ingress) {
      if ("groupId" in rule.source && rule.source.groupId === id) await network.revokeIngress(group.id, rule);
    }
  }
  return network.deleteSecurityGroup(id);
}
