import {
  AssociateIamInstanceProfile$,
  type AssociateIamInstanceProfileCommandInput,
  type AssociateIamInstanceProfileCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { incorrectState } from "../change-states.ts";
import { getInstance } from "../find.ts";
import { newId } from "../ids.ts";
import { associationShape } from "../profile-associations.ts";
import { profileNameFrom } from "../profiles.ts";

export const associateIamInstanceProfile = action(
  AssociateIamInstanceProfile$,
  async (input: AssociateIamInstanceProfileCommandInput, { world }) => {
    const instance = getInstance(world.ec2, input.InstanceId);
    const name = profileNameFrom(world, input.IamInstanceProfile ?? {});
    if (instance.state !== "running" && instance.state !== "stopped") throw incorrectState(instance, "associated");
    if (instance.profile) {
      throw new AwsError("IncorrectState", `There is an existing association for instance ${instance.id}`);
    }
    instance.profile = { associationId: newId("iip-assoc"), name, associatedAt: world.now().toISOString() };
    await world.ec2.save();
    return {
      IamInstanceProfileAssociation: associationShape(world, instance, "associating"),
    } satisfies ActionOutput<AssociateIamInstanceProfileCommandOutput>;
  },
);
