import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { everyPage, foundAs, question } from "./question.ts";

export async function askAutoScaling(clients: Pick<Clients, "autoScaling">, stack: string): Promise<SweepAnswer[]> {
  const { paginateDescribeAutoScalingGroups } = await import("@aws-sdk/client-auto-scaling");
  const client = await clients.autoScaling();
  const Filters = [{ Name: `tag:${stackTag}`, Values: [stack] }];
  return [
    await question("autoscaling", "groups", async (note) => {
      const pages = paginateDescribeAutoScalingGroups({ client }, { Filters });
      const found = await everyPage(note, "DescribeAutoScalingGroups", pages, (page) => page.AutoScalingGroups);
      return found.map(({ AutoScalingGroupName }) => foundAs("autoscaling:group")(AutoScalingGroupName));
    }),
  ];
}
