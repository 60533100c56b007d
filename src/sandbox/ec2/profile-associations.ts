import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { profileShape } from "./instance-shape.ts";
import type { InstanceRecord } from "./records.ts";

export type AssociationState = "associating" | "associated" | "disassociating";

export function associationShape(world: World, instance: InstanceRecord, State: AssociationState) {
  const { profile } = instance;
  if (!profile) return undefined;
  return {
    AssociationId: profile.associationId,
    InstanceId: instance.id,
    IamInstanceProfile: profileShape(world, profile.name),
    State,
  };
}

export function instanceOfAssociation(world: World, associationId: string | undefined): InstanceRecord {
  const instances = Object.values(world.ec2.data.instances);
  const found = instances.find(({ profile }) => profile?.associationId === associationId);
  if (found) return found;
  throw new AwsError("InvalidAssociationID.NotFound", `The association ID '${associationId}' does not exist`);
}
