import {
  RevokeSecurityGroupEgress$,
  type RevokeSecurityGroupEgressCommandInput,
  type RevokeSecurityGroupEgressCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { revokeRules } from "../change-rules.ts";

export const revokeSecurityGroupEgress = action(
  RevokeSecurityGroupEgress$,
  async (input: RevokeSecurityGroupEgressCommandInput, { world }) => {
    await revokeRules(world, input, true);
    return { Return: true } satisfies ActionOutput<RevokeSecurityGroupEgressCommandOutput>;
  },
);
