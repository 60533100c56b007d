import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { everyPage, foundAs, question } from "./question.ts";

export async function askSsm(clients: Pick<Clients, "ssm">, stack: string): Promise<SweepAnswer[]> {
  const { paginateDescribeParameters } = await import("@aws-sdk/client-ssm");
  const client = await clients.ssm();
  const filters = [{ Key: `tag:${stackTag}`, Values: [stack] }];
  return [
    await question("ssm", "parameters", async (note) => {
      const pages = paginateDescribeParameters({ client }, { ParameterFilters: filters });
      const found = await everyPage(note, "DescribeParameters", pages, (page) => page.Parameters);
      return found.map(({ Name }) => foundAs("ssm:parameter")(Name));
    }),
  ];
}
