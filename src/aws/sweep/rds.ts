import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { everyPage, foundAs, noteRefusal, question } from "./question.ts";

/** RDS filters nothing by tag: databases come with their tags, subnet groups are asked for them where they are named so. */
export async function askRds(clients: Pick<Clients, "rds">, stack: string): Promise<SweepAnswer[]> {
  const { paginateDescribeDBInstances, paginateDescribeDBSubnetGroups, ListTagsForResourceCommand } =
    await import("@aws-sdk/client-rds");
  const client = await clients.rds();
  return Promise.all([
    question("rds", "databases", async (note) => {
      const pages = paginateDescribeDBInstances({ client }, {});
      const all = await everyPage(note, "DescribeDBInstances", pages, (page) => page.DBInstances);
      const ours = all.filter(({ TagList = [] }) =>
        TagList.some(({ Key, Value }) => Key === stackTag && Value === stack),
      );
      return ours.map(({ DBInstanceIdentifier }) => foundAs("rds:db-instance")(DBInstanceIdentifier));
    }),
    question("rds", "subnet-groups", async (note) => {
      const pages = paginateDescribeDBSubnetGroups({ client }, {});
      const all = await everyPage(note, "DescribeDBSubnetGroups", pages, (page) => page.DBSubnetGroups);
      const ours: string[] = [];
      for (const { DBSubnetGroupName: name = "", DBSubnetGroupArn } of all) {
        if (DBSubnetGroupArn === undefined || !name.startsWith(`${stack.replaceAll(/-+/g, "-")}-`)) continue;
        const command = new ListTagsForResourceCommand({ ResourceName: DBSubnetGroupArn });
        try {
          const { TagList = [] } = note("ListTagsForResource", await client.send(command));
          if (TagList.some(({ Key, Value }) => Key === stackTag && Value === stack)) ours.push(name);
        } catch (error) {
          if (!isAwsError(error, "DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFound")) throw error;
          noteRefusal(note, "ListTagsForResource", error);
        }
      }
      return ours.map(foundAs("rds:db-subnet-group"));
    }),
  ]);
}
