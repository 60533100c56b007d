import { newId } from "./ids.ts";
import type { Ec2Data, VpcRecord } from "./records.ts";
import { allowAll } from "./rules.ts";
import { forgetTags } from "./tags.ts";

/** A VPC with what AWS puts into each: a main route table and a default security group that lets its members talk. */
export function addVpc(data: Ec2Data, vpc: VpcRecord): VpcRecord {
  data.vpcs[vpc.id] = vpc;
  const table = newId("rtb");
  data.routeTables[table] = { id: table, vpcId: vpc.id, routes: [], associations: [{ id: newId("rtbassoc") }] };
  const group = newId("sg");
  data.securityGroups[group] = {
    id: group,
    vpcId: vpc.id,
    name: "default",
    description: "default VPC security group",
    rules: [allowAll(false, { groupId: group }), allowAll(true, { cidrIpv4: "0.0.0.0/0" })],
  };
  return vpc;
}

/** Removes a VPC with its main route table and default group. */
export function removeVpcRecords(data: Ec2Data, vpcId: string): void {
  delete data.vpcs[vpcId];
  forgetTags(data, vpcId);
  for (const records of [data.routeTables, data.securityGroups]) {
    for (const { id } of Object.values(records).filter((it) => it.vpcId === vpcId)) {
      delete records[id];
      forgetTags(data, id);
    }
  }
}
