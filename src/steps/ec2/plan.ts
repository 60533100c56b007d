import type { IngressRule } from "../../ports/network.ts";
import type { Change } from "../step.ts";
import type { LocalizedText } from "../../text.ts";
import type { GivenNetwork } from "./given-network.ts";
import { expiryOf } from "../../ports/expiry.ts";
import { everywhere, ruleKey, sameRule } from "./layout.ts";
import type { GivenProfile } from "./given-profile.ts";
import type { Observed } from "./observe.ts";
import { endReason } from "../redundancy/end.ts";
import { isMember } from "../redundancy/members.ts";
import { isUsable } from "./usable.ts";
import { inWords } from "../../observed.ts";

export const groupNames = ["load-balancer", "host"] as const;
export const hostNames = ["host-1"] as const;
export const managedPolicyForSsm = "AmazonSSMManagedInstanceCore";

/** Compares what exists with what the lecture wants. Pure, so that the plan cannot change anything. */
export function planFor(
  observed: Observed,
  zones: readonly string[],
  allow: Allowed,
  given?: GivenNetwork,
  expiresAt?: string,
  profile?: GivenProfile,
): Change[] {
  const changes: Change[] = given ? [] : ownNetwork(observed, zones);
  const create = (subject: string, reason?: LocalizedText): number =>
    changes.push({ action: "create", subject, ...(reason ? { reason } : {}) });
  for (const name of groupNames) {
    const group = observed.groups.find((candidate) => candidate.name === name);
    if (!group) create(`ec2:security-group ${name}`, given && inGiven(given));
    else {
      const { missing, excess } = compareRules(group.ingress, wantedRules(name, observed, allow));
      const words = [
        ...missing.map((rule) => `+ ${ruleKey(rule)}`),
        ...excess.map((rule) => `- ${ruleKey(rule)}`),
      ].join(", ");
      if (words) changes.push({ action: "update", subject: `ec2:security-group ${name}`, reason: inWords(words) });
    }
  }
  if (!profile) changes.push(...ownRole(observed));
  // A group launches, replaces and ends its hosts itself.
  const members = observed.instances.filter((instance) => isMember(instance) && isUsable(instance.state));
  if (members.some((instance) => expiryOf(instance) !== expiresAt)) {
    changes.push({ action: "update", subject: "autoscaling:group hosts", reason: endReason(expiresAt) });
  }
  for (const name of members.length > 0 ? [] : hostNames) {
    const instance = observed.instances.find((candidate) => candidate.name === name && isUsable(candidate.state));
    if (!instance) create(`ec2:instance ${name}`, profile && withProfile(profile));
    else if (instance.state !== "running") changes.push({ action: "update", subject: `ec2:instance ${name}` });
    else if (expiryOf(instance) !== expiresAt) {
      changes.push({ action: "update", subject: `ec2:instance ${name}`, reason: endReason(expiresAt) });
    }
  }
  return changes;
}

function ownNetwork(observed: Observed, zones: readonly string[]): Change[] {
  const changes: Change[] = [];
  const create = (subject: string): number => changes.push({ action: "create", subject });
  if (!observed.vpc) create("ec2:vpc vpc");
  if (!observed.gateway) create("ec2:internet-gateway internet-gateway");
  else if (observed.vpc && observed.gateway.attachedVpcId !== observed.vpc.id) {
    changes.push({ action: "update", subject: "ec2:internet-gateway internet-gateway" });
  }
  for (const zone of zones) {
    for (const kind of ["public", "private"]) {
      const name = `${kind}-${zone.slice(-1)}`;
      if (!observed.subnets.some((subnet) => subnet.name === name)) create(`ec2:subnet ${name}`);
    }
  }
  for (const name of ["public", "private"]) {
    const table = observed.routeTables.find((candidate) => candidate.name === name);
    if (!table) create(`ec2:route-table ${name}`);
    else if (!isRouted(table, observed, name, zones))
      changes.push({ action: "update", subject: `ec2:route-table ${name}` });
  }
  return changes;
}

function ownRole(observed: Observed): Change[] {
  const changes: Change[] = [];
  const create = (subject: string): number => changes.push({ action: "create", subject });
  if (!observed.role) create("iam:role host");
  else if (!observed.role.managedPolicies.some((arn) => arn.endsWith(`/${managedPolicyForSsm}`))) {
    changes.push({ action: "update", subject: "iam:role host" });
  }
  if (!observed.profile) create("iam:instance-profile host");
  else if (observed.role && !observed.profile.roleNames.includes(observed.role.name)) {
    changes.push({ action: "update", subject: "iam:instance-profile host" });
  }
  return changes;
}

const withProfile = ({ name, roleName }: GivenProfile): LocalizedText => ({
  en: `with the instance profile ${name} (role ${roleName}), which is left as it is`,
  ja: `既存のインスタンスプロファイル ${name} (IAM ロール ${roleName}) を使用。変更・削除はしません`,
});

const inGiven = ({ vpc, subnets }: GivenNetwork): LocalizedText => {
  const ids = subnets.map(({ id }) => id).join(", ");
  return {
    en: `in ${vpc.id} (${ids}), which is left as it is`,
    ja: `既存の ${vpc.id} (${ids}) を使用。変更・削除はしません`,
  };
};

function isRouted(
  table: Observed["routeTables"][number],
  observed: Observed,
  kind: string,
  zones: readonly string[],
): boolean {
  const subnets = observed.subnets.filter((subnet) =>
    zones.some((zone) => subnet.name === `${kind}-${zone.slice(-1)}`),
  );
  const associated = subnets.every((subnet) => table.associations.some(({ subnetId }) => subnetId === subnet.id));
  const routed = table.routes.some(
    (route) => route.destination === everywhere && route.gatewayId === observed.gateway?.id,
  );
  return associated && (kind === "private" || routed);
}

/** Who may reach the load balancer, and where. */
export interface Allowed {
  readonly sources: readonly string[];
  readonly ports: readonly number[];
}

/** Port 80 stays open with a certificate, too: it sends visitors to 443. */
export const openPorts = (certificateArn: string | undefined): number[] =>
  certificateArn === undefined ? [80] : [80, 443];

export const tcp = (number: number) => ({ protocol: "tcp", fromPort: number, toPort: number });

/** Only the load balancer is open, to those who may see the page; the hosts are open to the load balancer alone. */
export function wantedRules(
  group: (typeof groupNames)[number],
  observed: Pick<Observed, "groups">,
  allow: Allowed,
): IngressRule[] {
  const http = tcp(80);
  if (group === "load-balancer") {
    return allow.ports.flatMap((open) => allow.sources.map((cidr) => ({ ...tcp(open), source: { cidr } })));
  }
  const loadBalancer = observed.groups.find((candidate) => candidate.name === "load-balancer");
  return loadBalancer ? [{ ...http, source: { groupId: loadBalancer.id } }] : [];
}

export function compareRules(
  present: readonly IngressRule[],
  wanted: readonly IngressRule[],
): { missing: IngressRule[]; excess: IngressRule[] } {
  return {
    missing: wanted.filter((rule) => !present.some((other) => sameRule(rule, other))),
    excess: present.filter((rule) => !wanted.some((other) => sameRule(rule, other))),
  };
}
