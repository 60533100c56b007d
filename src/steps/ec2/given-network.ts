import { Lecture05Error } from "../../errors.ts";
import type { LookedAtSubnet, Subnet, Vpc } from "../../ports/network.ts";
import type { LocalizedText } from "../../text.ts";
import type { StepContext } from "../step.ts";
import type { Observed } from "./observe.ts";

/** Somebody else's VPC, in which the stack stands: it is read, and never changed or deleted. */
export interface GivenNetwork {
  readonly vpc: Vpc;
  /** One per zone, named as our own ones would be ("public-a"). */
  readonly subnets: readonly Subnet[];
}

type Context = Pick<StepContext, "stack" | "settings" | "ports">;

/**
 * The network that was named (`--subnets`), or in which the stack stands already; undefined when it has or gets one of
 * its own. Throws NETWORK_UNUSABLE, before anything is made, when that network cannot be used.
 */
export async function givenNetwork(
  { stack, settings, ports }: Context,
  observed: Pick<Observed, "vpc" | "groups">,
  recorded: readonly string[] | undefined,
): Promise<GivenNetwork | undefined> {
  const ids = settings.subnets ?? recorded;
  const elsewhere = observed.groups.find(({ vpcId }) => vpcId !== observed.vpc?.id)?.vpcId;
  if (!ids) {
    if (!observed.vpc && elsewhere !== undefined) throw unusable(standsElsewhere(stack, elsewhere));
    return undefined;
  }
  if (observed.vpc) throw unusable(hasItsOwn(stack, observed.vpc.id));
  const subnets = await ports.network.lookAtSubnets(ids);
  const wrong = whyUnusable(ids, subnets, settings.vpc);
  if (wrong) throw unusable(wrong);
  const [first] = subnets;
  if (!first) throw new Error("no subnet");
  if (elsewhere !== undefined && elsewhere !== first.vpcId) throw unusable(standsElsewhere(stack, elsewhere));
  return {
    vpc: { id: first.vpcId, cidr: first.vpcCidr },
    subnets: subnets
      .map((subnet) => ({ ...subnet, name: `public-${subnet.availabilityZone.slice(-1)}` }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** What keeps hosts and a load balancer from standing there. Pure. */
export function whyUnusable(
  ids: readonly string[],
  subnets: readonly LookedAtSubnet[],
  vpcId: string | undefined,
): LocalizedText | undefined {
  const absent = ids.find((id) => !subnets.some((subnet) => subnet.id === id));
  if (absent !== undefined) {
    return {
      en: `There is no subnet ${absent} in this region`,
      ja: `このリージョンにサブネット ${absent} はありません`,
    };
  }
  const vpc = vpcId ?? subnets[0]?.vpcId;
  for (const { id, vpcId: its, stack, gatewayId } of subnets) {
    if (its !== vpc)
      return { en: `${id} is in ${its}, not in ${vpc}`, ja: `${id} は ${vpc} ではなく ${its} にあります` };
    if (stack !== undefined) {
      return {
        en: `${id} belongs to the stack ${stack}, which deletes it one day`,
        ja: `${id} はスタック ${stack} のもので、そのスタックの削除時になくなります`,
      };
    }
    if (gatewayId === undefined) {
      return {
        en: `${id} has no route 0.0.0.0/0 to an internet gateway: nobody would come in, and the hosts would not reach SSM`,
        ja: `${id} にはインターネットゲートウェイへのルート (0.0.0.0/0) がないため、外部からも SSM からも接続できません`,
      };
    }
  }
  const zones = subnets.map(({ availabilityZone }) => availabilityZone);
  if (new Set(zones).size >= 2 && new Set(zones).size === zones.length) return undefined;
  return {
    en: `The subnets are in ${zones.join(", ")}; a load balancer takes one subnet in each of at least two zones`,
    ja: `サブネットの AZ は ${zones.join("、")} です。ロードバランサーには、AZ ごとに 1 つずつ、2 つ以上の AZ のサブネットが必要です`,
  };
}

const standsElsewhere = (stack: string, vpcId: string): LocalizedText => ({
  en: `The stack ${stack} stands in ${vpcId}, which is not its own: name the same subnets again`,
  ja: `スタック ${stack} は既存の ${vpcId} にあります。同じサブネットを指定してください`,
});

const hasItsOwn = (stack: string, vpcId: string): LocalizedText => ({
  en: `The stack ${stack} has a VPC of its own, ${vpcId}, and cannot move`,
  ja: `スタック ${stack} には専用の VPC ${vpcId} があり、移動できません`,
});

const unusable = (why: LocalizedText): Lecture05Error =>
  new Lecture05Error("NETWORK_UNUSABLE", {
    what: { en: "The named network cannot be used", ja: "指定されたネットワークは使用できません" },
    why,
    next: [
      {
        en: "lecture05 up --subnets SUBNET-A --subnets SUBNET-C (public subnets of one VPC, in two zones)",
        ja: "lecture05 up --subnets SUBNET-A --subnets SUBNET-C (1 つの VPC の、AZ の異なるパブリックサブネット)",
      },
    ],
  });
