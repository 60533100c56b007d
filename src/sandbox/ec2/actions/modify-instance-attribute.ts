import { ModifyInstanceAttribute$, type ModifyInstanceAttributeCommandInput } from "@aws-sdk/client-ec2";
import { action, AwsError } from "../../wire/action.ts";
import { invalidValue } from "../errors.ts";
import { getInstance } from "../find.ts";

/** Only what an instance does that shuts itself down; the sandbox has nothing else that could be changed later. */
export const modifyInstanceAttribute = action(
  ModifyInstanceAttribute$,
  async (input: ModifyInstanceAttributeCommandInput, { world: { ec2 } }) => {
    const instance = getInstance(ec2, input.InstanceId);
    const named = input.Attribute === "instanceInitiatedShutdownBehavior" ? input.Value : undefined;
    const behavior = input.InstanceInitiatedShutdownBehavior?.Value ?? named;
    if (behavior === undefined) {
      throw new AwsError(
        "UnsupportedOperation",
        "The sandbox changes no attribute but instanceInitiatedShutdownBehavior.",
      );
    }
    if (behavior !== "stop" && behavior !== "terminate") {
      throw invalidValue(`Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`);
    }
    instance.shutdownBehavior = behavior;
    await ec2.save();
    return {};
  },
);
