import type { Clients } from "../clients.ts";
import { collectPages } from "../filters.ts";
import { stackTag } from "../tags.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The stack's secrets, and, where there are any, its database and subnet group: without secrets there is neither. */
export async function tagDatabases(clients: Pick<Clients, "rds" | "ssm">, stack: string, tag: Tag): Promise<void> {
  const { paginateDescribeParameters, AddTagsToResourceCommand } = await import("@aws-sdk/client-ssm");
  const ssm = await clients.ssm();
  const filters = [{ Key: `tag:${stackTag}`, Values: [stack] }];
  const pages = paginateDescribeParameters({ client: ssm }, { ParameterFilters: filters });
  const secrets = (await collectPages(pages, (page) => page.Parameters)).flatMap(({ Name }) => Name ?? []);
  for (const ResourceId of secrets) {
    await ssm.send(new AddTagsToResourceCommand({ ResourceType: "Parameter", ResourceId, Tags: [tag] }));
  }
  if (secrets.length > 0) await tagRds(clients, stack, tag);
}

async function tagRds(clients: Pick<Clients, "rds">, stack: string, tag: Tag): Promise<void> {
  const { paginateDescribeDBInstances, AddTagsToResourceCommand } = await import("@aws-sdk/client-rds");
  const client = await clients.rds();
  const all = await collectPages(paginateDescribeDBInstances({ client }, {}), (page) => page.DBInstances);
  const ours = all.filter(({ TagList = [] }) => TagList.some(({ Key, Value }) => Key === stackTag && Value === stack));
  const arns = ours.flatMap(({ DBInstanceArn, DBSubnetGroup }) => [
    DBInstanceArn ?? [],
    DBSubnetGroup?.DBSubnetGroupArn ?? [],
  ]);
  for (const ResourceName of arns.flat()) {
    await client.send(new AddTagsToResourceCommand({ ResourceName, Tags: [tag] }));
  }
}
