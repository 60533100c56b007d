import type { Quota, QuotaName } from "../../ports/account.ts";
import type { Clients } from "../clients.ts";
import { collectPages } from "../filters.ts";
import { isAwsError } from "../translate-error.ts";

type Needed = Pick<Clients, "ec2" | "elbv2" | "serviceQuotas">;

/** As Service Quotas numbers them, the same in every account and region. */
const codes: Readonly<Record<QuotaName, readonly [service: string, quota: string]>> = {
  vpcs: ["vpc", "L-F678F1CE"],
  "internet-gateways": ["vpc", "L-A4707A72"],
  // "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
  vcpus: ["ec2", "L-1216C47A"],
  "load-balancers": ["elasticloadbalancing", "L-53DA6B97"],
  "network-load-balancers": ["elasticloadbalancing", "L-69A177A2"],
  // "EC2-VPC Elastic IPs"
  "elastic-ips": ["ec2", "L-0263D0A3"],
};

const refused = ["AccessDeniedException", "AccessDenied", "UnauthorizedOperation"];

/** How much of a quota is used. Undefined where the caller may not ask: then nobody knows before it is tried. */
export async function findQuota(clients: Needed, name: QuotaName): Promise<Quota | undefined> {
  try {
    const [limit, used] = await Promise.all([limitOf(clients, name), countOf[name](clients)]);
    return limit === undefined ? undefined : { limit, used };
  } catch (error) {
    if (isAwsError(error, ...refused)) return undefined;
    throw error;
  }
}

async function limitOf(clients: Needed, name: QuotaName): Promise<number | undefined> {
  const { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } = await import("@aws-sdk/client-service-quotas");
  const [ServiceCode, QuotaCode] = codes[name];
  const client = await clients.serviceQuotas();
  try {
    return (await client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))).Quota?.Value;
  } catch (error) {
    // Some quotas have no value of their own until somebody has asked for more.
    if (!isAwsError(error, "NoSuchResourceException")) throw error;
    return (await client.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }))).Quota?.Value;
  }
}

const countOf: Readonly<Record<QuotaName, (clients: Needed) => Promise<number>>> = {
  async vpcs(clients) {
    const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeVpcs({ client: await clients.ec2() }, {});
    return (await collectPages(pages, (page) => page.Vpcs)).length;
  },

  async "internet-gateways"(clients) {
    const { paginateDescribeInternetGateways } = await import("@aws-sdk/client-ec2");
    const pages = paginateDescribeInternetGateways({ client: await clients.ec2() }, {});
    return (await collectPages(pages, (page) => page.InternetGateways)).length;
  },

  async vcpus(clients) {
    const { paginateDescribeInstances } = await import("@aws-sdk/client-ec2");
    const filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    const pages = paginateDescribeInstances({ client: await clients.ec2() }, { Filters: filters });
    const instances = (await collectPages(pages, (page) => page.Reservations)).flatMap((it) => it.Instances ?? []);
    return instances
      .filter(({ InstanceType, InstanceLifecycle }) => !InstanceLifecycle && isStandard(InstanceType ?? ""))
      .reduce((sum, { CpuOptions: cpu }) => sum + (cpu?.CoreCount ?? 1) * (cpu?.ThreadsPerCore ?? 1), 0);
  },

  "load-balancers": (clients) => balancersOf(clients, "application"),
  "network-load-balancers": (clients) => balancersOf(clients, "network"),

  async "elastic-ips"(clients) {
    const { DescribeAddressesCommand } = await import("@aws-sdk/client-ec2");
    const answer = await (await clients.ec2()).send(new DescribeAddressesCommand({}));
    return (answer.Addresses ?? []).length;
  },
};

async function balancersOf(clients: Needed, type: "application" | "network"): Promise<number> {
  const { paginateDescribeLoadBalancers } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const pages = paginateDescribeLoadBalancers({ client: await clients.elbv2() }, {});
  return (await collectPages(pages, (page) => page.LoadBalancers)).filter(({ Type }) => Type === type).length;
}

/** The families that share one quota. Others (GPUs, high memory, Mac) have quotas of their own. */
export const isStandard = (instanceType: string): boolean => /^(a|c|d|h|i|im|is|m|r|t|z)\d/.test(instanceType);
