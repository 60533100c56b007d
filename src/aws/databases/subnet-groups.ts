import type { DBSubnetGroup } from "@aws-sdk/client-rds";
import type { Databases, SubnetGroup } from "../../ports/database.ts";
import type { Clients } from "../clients.ts";
import { deletion } from "../deletion.ts";
import { nameTaken } from "../name-taken.ts";
import { stackTag, tagList } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

type Part = Pick<Databases, "findSubnetGroup" | "createSubnetGroup" | "deleteSubnetGroup">;

const absent = ["DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFound"] as const;

export function createSubnetGroups(clients: Pick<Clients, "rds">): Part {
  /** Its tags are asked for with a call of their own. */
  async function findSubnetGroup(stack: string, name: string): Promise<SubnetGroup | undefined> {
    const { DescribeDBSubnetGroupsCommand, ListTagsForResourceCommand } = await import("@aws-sdk/client-rds");
    const client = await clients.rds();
    try {
      const { DBSubnetGroups } = await client.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: name }));
      const [found] = DBSubnetGroups ?? [];
      if (!found?.DBSubnetGroupArn) return undefined;
      const request = { ResourceName: found.DBSubnetGroupArn };
      const { TagList } = await client.send(new ListTagsForResourceCommand(request));
      const owner = TagList?.find(({ Key }) => Key === stackTag)?.Value;
      if (owner !== stack) throw nameTaken(subnetGroup, name, found.DBSubnetGroupArn, owner);
      return toSubnetGroup(found);
    } catch (error) {
      if (isAwsError(error, ...absent)) return undefined;
      throw error;
    }
  }

  return {
    findSubnetGroup,

    async createSubnetGroup(identity, name, subnetIds, description) {
      const { CreateDBSubnetGroupCommand } = await import("@aws-sdk/client-rds");
      const command = new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: name,
        DBSubnetGroupDescription: description,
        SubnetIds: [...subnetIds],
        Tags: tagList(identity),
      });
      try {
        const { DBSubnetGroup } = await (await clients.rds()).send(command);
        return toSubnetGroup(DBSubnetGroup ?? { DBSubnetGroupName: name });
      } catch (error) {
        if (!isAwsError(error, "DBSubnetGroupAlreadyExists", "DBSubnetGroupAlreadyExistsFault")) throw error;
        const existing = await findSubnetGroup(identity.stack, name);
        if (!existing) throw error;
        return existing;
      }
    },

    async deleteSubnetGroup(name) {
      const { DeleteDBSubnetGroupCommand } = await import("@aws-sdk/client-rds");
      const command = new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: name });
      return deletion(async () => (await clients.rds()).send(command), ...absent);
    },
  };
}

const subnetGroup = { en: "DB subnet group", ja: "DB サブネットグループ" };

function toSubnetGroup(found: DBSubnetGroup): SubnetGroup {
  return {
    name: found.DBSubnetGroupName ?? "",
    vpcId: found.VpcId ?? "",
    subnetIds: (found.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
  };
}
