import type { NetworkInterface } from "@aws-sdk/client-ec2";
import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { everyPage, foundAs, noteRefusal, question, type Note } from "./question.ts";

type Needed = Pick<Clients, "ec2" | "elbv2">;

/** Those that carry the tag, and the load balancer's, which AWS makes and does not tag. */
export function askNetworkInterfaces(clients: Needed, stack: string): Promise<SweepAnswer> {
  return question("ec2", "network-interfaces", async (note) => {
    const { paginateDescribeNetworkInterfaces } = await import("@aws-sdk/client-ec2");
    const client = await clients.ec2();
    const find = (Name: string, ...Values: string[]): Promise<NetworkInterface[]> => {
      const pages = paginateDescribeNetworkInterfaces({ client }, { Filters: [{ Name, Values }] });
      return everyPage(note, "DescribeNetworkInterfaces", pages, (page) => page.NetworkInterfaces);
    };
    const tagged = await find(`tag:${stackTag}`, stack);
    const balancers = await find("description", `ELB app/${stack}/*`, `ELB net/${stack}/*`);
    const theirs = balancers.length > 0 ? await balancerOfAnother(clients, stack, note) : undefined;
    const ours = balancers.filter(({ Description }) => theirs === undefined || Description !== theirs);
    const ids = new Set([...tagged, ...ours].map(({ NetworkInterfaceId = "" }) => NetworkInterfaceId));
    return [...ids].map(foundAs("ec2:network-interface"));
  });
}

/** How the interfaces of a load balancer of our name are described that is not ours; undefined when there is none. */
async function balancerOfAnother({ elbv2 }: Needed, stack: string, note: Note): Promise<string | undefined> {
  const { DescribeLoadBalancersCommand, DescribeTagsCommand } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await elbv2();
  let operation = "DescribeLoadBalancers";
  try {
    const found = note(operation, await client.send(new DescribeLoadBalancersCommand({ Names: [stack] })));
    const arn = found.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    operation = "DescribeTags";
    const tags = note(operation, await client.send(new DescribeTagsCommand({ ResourceArns: [arn] })));
    const owner = tags.TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === stackTag)?.Value;
    return owner === stack ? undefined : `ELB ${arn.split(":loadbalancer/")[1] ?? ""}`;
  } catch (error) {
    // Gone by now: its interfaces outlive ours for minutes, so they count.
    if (!isAwsError(error, "LoadBalancerNotFound", "LoadBalancerNotFoundException")) throw error;
    noteRefusal(note, operation, error);
    return undefined;
  }
}
