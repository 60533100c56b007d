import {
  CreateDBSubnetGroup$,
  type CreateDBSubnetGroupCommandInput,
  type CreateDBSubnetGroupCommandOutput,
} from "@aws-sdk/client-rds";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import type { World } from "../../world.ts";
import { blank, invalidValue } from "../errors.ts";
import { notEnoughZones } from "../feet.ts";
import type { SubnetGroupRecord } from "../records.ts";
import { subnetGroupShape } from "../shapes.ts";
import { checkTags, putTags } from "../tags.ts";

export const createSubnetGroup = action(
  CreateDBSubnetGroup$,
  async (
    input: CreateDBSubnetGroupCommandInput,
    { world, region },
  ): Promise<ActionOutput<CreateDBSubnetGroupCommandOutput>> => {
    const { rds } = world;
    const name = checkName(input.DBSubnetGroupName);
    const description = input.DBSubnetGroupDescription;
    if (!description) throw blank("DBSubnetGroupDescription");
    checkTags(input.Tags);
    if (Object.hasOwn(rds.data.subnetGroups, name)) {
      throw new AwsError("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
    }
    const arn = `arn:aws:rds:${region}:${world.account}:subgrp:${name}`;
    const record: SubnetGroupRecord = { arn, name, description, ...checkSubnets(world, input.SubnetIds) };
    rds.data.subnetGroups[name] = record;
    putTags(rds.data, arn, input.Tags);
    await rds.save();
    return { DBSubnetGroup: subnetGroupShape(record) };
  },
);

function checkName(name: string | undefined): string {
  if (!name) throw blank("DBSubnetGroupName");
  if (!/^[\w .-]{1,255}$/.test(name) || name.toLowerCase() === "default") {
    throw invalidValue(
      "The parameter DBSubnetGroupName must be provided and must not be blank, and must contain only letters, digits, underscores, periods, spaces and hyphens, and must not be Default.",
    );
  }
  return name.toLowerCase();
}

/** Subnets of one VPC in at least two zones. */
function checkSubnets(
  { ec2 }: World,
  ids: readonly string[] | undefined,
): Pick<SubnetGroupRecord, "subnets" | "vpcId"> {
  const wanted = [...new Set(ids ?? [])];
  if (wanted.length === 0) throw blank("SubnetIds");
  const unknown = wanted.filter((id) => !Object.hasOwn(ec2.data.subnets, id));
  if (unknown.length > 0) throw invalidValue(`Some input subnets in :[${wanted.join(", ")}] are invalid.`);
  const found = wanted.flatMap((id) => ec2.data.subnets[id] ?? []);
  const [{ vpcId } = { vpcId: "" }] = found;
  if (found.some((subnet) => subnet.vpcId !== vpcId)) throw invalidValue("Subnets must all be in the same VPC.");
  const zones = new Set(found.map(({ availabilityZone }) => availabilityZone));
  if (zones.size < 2) throw notEnoughZones([...zones]);
  return { vpcId, subnets: found.map(({ id, availabilityZone }) => ({ id, zone: availabilityZone })) };
}
