import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { LoadBalancer, TargetGroup } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { collectPages } from "../filters.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { toLoadBalancer } from "./load-balancers.ts";
import { toTargetGroup } from "./target-groups.ts";

/** So many ARNs DescribeTags takes. */
const tagBatch = 20;

/** ELB has no filter by tag: everything is listed, then its tags are read. */
export async function findAllOf(
  clients: Pick<Clients, "elbv2">,
  stack: string,
): Promise<{ loadBalancers: LoadBalancer[]; targetGroups: TargetGroup[] }> {
  const { paginateDescribeLoadBalancers, paginateDescribeTargetGroups } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const [loadBalancers, targetGroups] = await Promise.all([
    collectPages(paginateDescribeLoadBalancers({ client }, {}), (page) => page.LoadBalancers),
    collectPages(paginateDescribeTargetGroups({ client }, {}), (page) => page.TargetGroups),
  ]);
  const made = { loadBalancers: loadBalancers.map(toLoadBalancer), targetGroups: targetGroups.map(toTargetGroup) };
  const ours = await withStackTag(
    client,
    [...made.loadBalancers, ...made.targetGroups].map(({ arn }) => arn),
    stack,
  );
  return {
    loadBalancers: made.loadBalancers.filter(({ arn }) => ours.has(arn)),
    targetGroups: made.targetGroups.filter(({ arn }) => ours.has(arn)),
  };
}

async function withStackTag(
  client: ElasticLoadBalancingV2Client,
  arns: readonly string[],
  stack: string,
): Promise<Set<string>> {
  const { DescribeTagsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const ours = new Set<string>();
  for (let start = 0; start < arns.length; start += tagBatch) {
    const batch = arns.slice(start, start + tagBatch);
    try {
      const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: batch }));
      for (const { ResourceArn = "", Tags = [] } of TagDescriptions) {
        if (Tags.some(({ Key, Value }) => Key === stackTag && Value === stack)) ours.add(ResourceArn);
      }
    } catch (error) {
      if (!isAwsError(error, ...notFound)) throw error;
      // Somebody's was deleted since it was listed, and the whole batch is refused because of it: one by one then.
      if (batch.length > 1)
        for (const arn of batch) for (const one of await withStackTag(client, [arn], stack)) ours.add(one);
    }
  }
  return ours;
}

const notFound = [
  "LoadBalancerNotFound",
  "LoadBalancerNotFoundException",
  "TargetGroupNotFound",
  "TargetGroupNotFoundException",
];
