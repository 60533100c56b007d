import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { everyPage, foundAs, noteRefusal, question, type Note } from "./question.ts";

/** Listeners and rules go with their load balancer, so they have no question of their own. */
export async function askElbv2(clients: Pick<Clients, "elbv2">, stack: string): Promise<SweepAnswer[]> {
  const { paginateDescribeLoadBalancers, paginateDescribeTargetGroups } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  return Promise.all([
    question("elbv2", "load-balancers", async (note) => {
      const pages = paginateDescribeLoadBalancers({ client }, {});
      const all = await everyPage(note, "DescribeLoadBalancers", pages, (page) => page.LoadBalancers);
      const arns = all.map(({ LoadBalancerArn = "" }) => LoadBalancerArn);
      return (await tagged(client, note, arns, stack)).map(foundAs("elbv2:load-balancer"));
    }),
    question("elbv2", "target-groups", async (note) => {
      const pages = paginateDescribeTargetGroups({ client }, {});
      const all = await everyPage(note, "DescribeTargetGroups", pages, (page) => page.TargetGroups);
      const arns = all.map(({ TargetGroupArn = "" }) => TargetGroupArn);
      return (await tagged(client, note, arns, stack)).map(foundAs("elbv2:target-group"));
    }),
  ]);
}

/** One by one is slower than by twenty, but one that somebody deletes meanwhile does not spoil the others' answer. */
async function tagged(
  client: ElasticLoadBalancingV2Client,
  note: Note,
  arns: readonly string[],
  stack: string,
): Promise<string[]> {
  const { DescribeTagsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const ours: string[] = [];
  for (const arn of arns) {
    try {
      const answer = note("DescribeTags", await client.send(new DescribeTagsCommand({ ResourceArns: [arn] })));
      const tags = answer.TagDescriptions?.[0]?.Tags ?? [];
      if (tags.find(({ Key }) => Key === stackTag)?.Value === stack) ours.push(arn);
    } catch (error) {
      if (!isAwsError(error, ...notFound)) throw error;
      noteRefusal(note, "DescribeTags", error);
    }
  }
  return ours;
}

const notFound = ["LoadBalancer", "TargetGroup"].flatMap((kind) => [`${kind}NotFound`, `${kind}NotFoundException`]);
