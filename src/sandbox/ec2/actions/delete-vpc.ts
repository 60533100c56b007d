import { DeleteVpc$, type DeleteVpcCommandInput } from "@aws-sdk/client-ec2";
import { action } from "../../wire/action.ts";
import { hasDependencies } from "../errors.ts";
import { getVpc } from "../find.ts";
import type { Ec2Data } from "../records.ts";
import { isMain } from "../routing.ts";
import { removeVpcRecords } from "../vpcs.ts";

export const deleteVpc = action(DeleteVpc$, async (input: DeleteVpcCommandInput, { world: { ec2, runtime } }) => {
  const vpc = getVpc(ec2, input.VpcId);
  if (isUsed(ec2.data, vpc.id)) throw hasDependencies("vpc", vpc.id);
  // Out of sight first, so that nothing is made in it meanwhile; on disk only when the network is gone.
  const before = structuredClone(ec2.data);
  removeVpcRecords(ec2.data, vpc.id);
  try {
    await runtime.removeNetwork(vpc.id);
  } catch (error) {
    await ec2.note(() => restoreVpc(ec2.data, before, vpc.id));
    throw error;
  }
  await ec2.save();
  return {};
});

/** The main route table, the default group, the default network ACL and the routes go with the VPC; all else stands in the way. */
function isUsed(data: Ec2Data, vpcId: string): boolean {
  const inVpc = (it: { readonly vpcId?: string | undefined }): boolean => it.vpcId === vpcId;
  return (
    Object.values(data.subnets).some(inVpc) ||
    Object.values(data.internetGateways).some(inVpc) ||
    Object.values(data.networkInterfaces).some(inVpc) ||
    Object.values(data.networkAcls).some(inVpc) ||
    Object.values(data.routeTables).some((table) => inVpc(table) && !isMain(table)) ||
    Object.values(data.securityGroups).some((group) => inVpc(group) && group.name !== "default")
  );
}

function restoreVpc(data: Ec2Data, before: Ec2Data, vpcId: string): void {
  const vpc = before.vpcs[vpcId];
  if (vpc) data.vpcs[vpcId] = vpc;
  for (const kind of ["routeTables", "securityGroups"] as const) {
    const lost = Object.entries(before[kind]).filter(([, it]) => it.vpcId === vpcId);
    Object.assign(data[kind], Object.fromEntries(lost));
  }
  for (const [id, tags] of Object.entries(before.tags)) data.tags[id] ??= tags;
}
