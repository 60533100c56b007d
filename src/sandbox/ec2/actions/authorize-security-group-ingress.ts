import {
  AuthorizeSecurityGroupIngress$,
  type AuthorizeSecurityGroupIngressCommandInput,
  type AuthorizeSecurityGroupIngressCommandOutput,
} from "@aws-sdk/client-ec2";
import { action, type ActionOutput } from "../../wire/action.ts";
import { authorizeRules } from "../change-rules.ts";
import { ruleShape } from "../rules.ts";
import { tagsFor } from "../tags.ts";

export const authorizeSecurityGroupIngress = action(
  AuthorizeSecurityGroupIngress$,
  async (input: AuthorizeSecurityGroupIngressCommandInput, { world }) => {
    const tags = tagsFor(input.TagSpecifications, "security-group-rule");
    const { group, rules } = await authorizeRules(world, input, false, tags);
    return {
      Return: true,
      SecurityGroupRules: rules.map((rule) => ruleShape(world.ec2.data, group, rule)),
    } satisfies ActionOutput<AuthorizeSecurityGroupIngressCommandOutput>;
  },
);
