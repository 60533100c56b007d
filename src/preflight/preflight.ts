import type { QuotaName } from "../ports/account.ts";
import type { Ports } from "../ports/index.ts";
import type { LoadBalancerKind } from "../ports/load-balancing.ts";
import { bearsGiven } from "../steps/ec2/given-profile.ts";
import { chooseZones } from "../steps/ec2/layout.ts";
import { isOnTheWay, type StepName } from "../steps/names.ts";
import type { PreflightCheck } from "./check.ts";
import { checkCertificate } from "./certificate.ts";
import { checkAccount, checkCredentials } from "./credentials.ts";
import { checkPermissions } from "./permissions.ts";
import { plannedCalls } from "./planned-calls.ts";
import { checkQuota, ownQuota } from "./quotas.ts";
import { checkAddresses, checkDatabaseClass, checkImage, checkInstanceType, checkZones } from "./region.ts";

export interface PreflightOptions {
  readonly ports: Ports;
  readonly stack: string;
  readonly region: string;
  readonly caller: { readonly account: string; readonly arn: string };
  /** What the state says, when there is one. */
  readonly recorded: { readonly account: string; readonly region: string } | undefined;
  readonly instanceType: string;
  /** True: it is to stand in subnets of somebody else's VPC, so that no network is made. */
  readonly givenNetwork: boolean;
  /** True: the hosts get somebody else's instance profile, so that no role is made. */
  readonly givenProfile: boolean;
  /** Class of step database's instance. */
  readonly databaseClass: string;
  /** Access logs are asked for now. */
  readonly accessLogs: boolean;
  /** The kind that the stack has or is to have. */
  readonly loadBalancer?: LoadBalancerKind | undefined;
  /** The certificate that HTTPS is to have; undefined: plain HTTP. */
  readonly certificateArn?: string | undefined;
  /** The last step that is going to be carried out. */
  readonly last: StepName;
  readonly now: Date;
}

/**
 * What would keep the run from coming to its end, asked before anything is made: all at once, because each answer takes
 * a good part of a second. Quotas count only for what is not there yet. Reads only.
 */
export async function preflight(options: PreflightOptions): Promise<PreflightCheck[]> {
  const { ports, stack, region, caller, recorded, instanceType, givenNetwork, accessLogs, last, now } = options;
  const { account, compute, loadBalancing, network } = ports;
  const who = checkAccount(caller, region, recorded);
  const credentials = await checkCredentials(account, now);
  // What follows would be asked about another account's resources.
  if (who.verdict === "failed") return [credentials, who];

  const [zones, facts, vpc, instances, balancers] = await Promise.all([
    network.availabilityZones(),
    account.findInstanceType(instanceType),
    network.findVpc(stack),
    compute.findInstances(stack),
    isOnTheWay(last, "alb") ? loadBalancing.findAllOf(stack).then((found) => found.loadBalancers) : [],
  ]);
  const image = await checkImage(ports, facts?.architecture ?? "amd64", region);
  const givenProfile = options.givenProfile || bearsGiven(stack, instances);
  const place = { partition: partitionOf(caller.arn), ...caller, region, stack };
  const { certificateArn, loadBalancer = "alb" } = options;
  const calls = plannedCalls(place, { last, givenNetwork, givenProfile, accessLogs, certificateArn, loadBalancer });
  const quota = (name: Parameters<typeof checkQuota>[1], needed: number): Promise<PreflightCheck> =>
    checkQuota(account, name, needed, region);
  const rest = await Promise.all([
    ...(vpc || givenNetwork
      ? []
      : [network.usedRanges().then(checkAddresses), quota("vpcs", 1), quota("internet-gateways", 1)]),
    ...(instances.length > 0
      ? []
      : [facts?.isStandard === false ? ownQuota(instanceType) : quota("vcpus", facts?.vcpus ?? 2)]),
    ...(isOnTheWay(last, "alb") && balancers.length === 0
      ? balancerQuotas(loadBalancer).map(([name, needed]) => quota(name, needed))
      : []),
    ...(isOnTheWay(last, "alb") && options.certificateArn !== undefined
      ? [checkCertificate(ports, options.certificateArn, { account: caller.account, region, now, balancers })]
      : []),
    ...(isOnTheWay(last, "database")
      ? [
          ports.databases
            .zonesOffering(options.databaseClass)
            .then((offered) =>
              checkDatabaseClass(options.databaseClass, offered, givenNetwork ? [] : chooseZones(zones), region),
            ),
        ]
      : []),
    account
      .permissions({ callerArn: caller.arn, stack, instanceType, imageId: image.imageId, givenNetwork, calls })
      .then((answer) => checkPermissions(answer, calls.length)),
  ]);
  // Which zones given subnets are in, and whether there are two, step ec2 looks at itself.
  const type = checkInstanceType(instanceType, facts, givenNetwork ? [] : chooseZones(zones), region);
  return [credentials, who, ...(givenNetwork ? [] : [checkZones(zones, region)]), type, image.check, ...rest];
}

/** A network load balancer stands under an Elastic IP in each of its two zones. */
const balancerQuotas = (kind: LoadBalancerKind): readonly (readonly [QuotaName, number])[] =>
  kind === "alb"
    ? [["load-balancers", 1]]
    : [
        ["network-load-balancers", 1],
        ["elastic-ips", 2],
      ];

const partitionOf = (arn: string): string => arn.split(":")[1] ?? "aws";
