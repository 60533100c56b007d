import {
  AuthorizeSecurityGroupEgress$,
  type AuthorizeSecurityGroupEgressCommandInput,
  type AuthorizeSecurityGroupEgressCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { authorizeRules } from "../change-rules.ts";
import { ruleShape } from "../rules.ts";
import { tagsFor } from "../tags.ts";

export const authorizeSecurityGroupEgress = action(
  AuthorizeSecurityGroupEgress$,
  async (input: AuthorizeSecurityGroupEgressCommandInput, { world }) => {
    const tags = tagsFor(input.TagSpecifications, "security-group-rule");
    const { group, rules } = await authorizeRules(world, input, true, tags);
    return {
      Return: true,
      SecurityGroupRules: rules.map((rule) => ruleShape(world.ec2.data, group, rule)),
    } satisfies ActionOutput<AuthorizeSecurityGroupEgressCommandOutput>;
  },
);
