import {
  ModifyInstanceMetadataOptions$,
  type ModifyInstanceMetadataOptionsCommandInput,
  type ModifyInstanceMetadataOptionsCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { incorrectState } from "../change-states.ts";
import { getInstance } from "../find.ts";
import { metadataOptionsShape } from "../instance-shape.ts";
import { changeMetadataOptions } from "../metadata-options.ts";

export const modifyInstanceMetadataOptions = action(
  ModifyInstanceMetadataOptions$,
  async (input: ModifyInstanceMetadataOptionsCommandInput, { world: { ec2 } }) => {
    const instance = getInstance(ec2, input.InstanceId);
    if (instance.state !== "running" && instance.state !== "stopped") throw incorrectState(instance, "modified");
    instance.metadataOptions = changeMetadataOptions(instance.metadataOptions, input);
    await ec2.save();
    return {
      InstanceId: instance.id,
      InstanceMetadataOptions: metadataOptionsShape(instance.metadataOptions),
    } satisfies ActionOutput<ModifyInstanceMetadataOptionsCommandOutput>;
  },
);
