import { databaseIdFor } from "../steps/database/names.ts";
import { ec2 } from "../steps/ec2.ts";
import type { StepContext } from "../steps/step.ts";
import type { Breakdown } from "./breakdown.ts";
import { heldGroup } from "./hold-group.ts";
import { refused } from "./refused.ts";

/**
 * Cuts the network of a zone as AWS's own Fault Injection Service does: the stack's subnets there get a network ACL that
 * lets nothing through. Two things AWS would do of itself when it loses a zone are done with it, because an ACL tells it
 * nothing: the database's standby takes over, and the group starts no hosts in the zone that is away.
 */
export async function zoneIsCut(ctx: StepContext, zone: string): Promise<Breakdown> {
  const { clock, ports, stack } = ctx;
  const { hosts, vpcId, givenSubnetIds } = ctx.output(ec2);
  const zones = new Set(hosts.map(({ availabilityZone }) => availabilityZone));
  if (zones.size < 2) {
    throw refused(
      {
        en: `All hosts are in one zone (${[...zones].join(", ")}): without it nothing would be left`,
        ja: `すべてのホストが 1 つの AZ (${[...zones].join(", ")}) にあるため、遮断すると何も残りません`,
      },
      ["lecture05 up --hosts 2"],
    );
  }
  if (givenSubnetIds) {
    throw refused(
      {
        en: "The subnets are somebody else's, and others may live in them",
        ja: "サブネットがこのスタックのものではなく、ほかの利用者がいる可能性があります",
      },
      ["lecture05 drill host"],
    );
  }
  const subnets = (await ports.network.findSubnets(stack)).filter((it) => it.availabilityZone === zone);
  const [before, closing, database] = await Promise.all([
    ports.network.findSubnetAcls(subnets.map(({ id }) => id)),
    ports.network.findClosingAcls(stack),
    ctx.isDone("database") ? ports.databases.find(stack, databaseIdFor(ctx)) : undefined,
  ]);
  const left = before.find(({ aclId }) => closing.includes(aclId));
  if (left) {
    throw refused(
      {
        en: `${left.subnetId} is cut off already, by the network ACL ${left.aclId}`,
        ja: `${left.subnetId} はネットワーク ACL ${left.aclId} ですでに遮断されています`,
      },
      [
        {
          en: `Give the subnet the default network ACL of ${vpcId} again`,
          ja: `サブネットに ${vpcId} のデフォルトのネットワーク ACL を関連付け直してください`,
        },
      ],
    );
  }
  return {
    undo: { kind: "zone-cut", zone, subnets: before.map(({ subnetId, aclId }) => ({ subnetId, aclId })) },
    ...heldGroup(ctx),
    async fail() {
      const aclId = await ports.network.createClosingAcl({ stack, step: ctx.step, name: "drill-az" }, vpcId);
      const at = clock.now().getTime();
      for (const { associationId } of before) await ports.network.replaceSubnetAcl(associationId, aclId);
      if (database?.multiAz && database.availabilityZone === zone) await ports.databases.failOver(database.id);
      return at;
    },
    standsAgain: async () => false,
    awayMs: async () => null,
  };
}
