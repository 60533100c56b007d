import {
  DisassociateIamInstanceProfile$,
  type DisassociateIamInstanceProfileCommandInput,
  type DisassociateIamInstanceProfileCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { associationShape, instanceOfAssociation } from "../profile-associations.ts";

export const disassociateIamInstanceProfile = action(
  DisassociateIamInstanceProfile$,
  async (input: DisassociateIamInstanceProfileCommandInput, { world }) => {
    const instance = instanceOfAssociation(world, input.AssociationId);
    const answer = associationShape(world, instance, "disassociating");
    instance.profile = undefined;
    await world.ec2.save();
    return {
      IamInstanceProfileAssociation: answer,
    } satisfies ActionOutput<DisassociateIamInstanceProfileCommandOutput>;
  },
);
