import {
  RevokeSecurityGroupIngress$,
  type RevokeSecurityGroupIngressCommandInput,
  type RevokeSecurityGroupIngressCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { revokeRules } from "../change-rules.ts";

export const revokeSecurityGroupIngress = action(
  RevokeSecurityGroupIngress$,
  async (input: RevokeSecurityGroupIngressCommandInput, { world }) => {
    await revokeRules(world, input, false);
    return { Return: true } satisfies ActionOutput<RevokeSecurityGroupIngressCommandOutput>;
  },
);
