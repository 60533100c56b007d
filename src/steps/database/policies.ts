import type { PolicyDocument } from "../../ports/identity.ts";
import { partitionOf } from "../s3/policies.ts";
import type { StepContext } from "../step.ts";
import { parameterPath } from "./names.ts";

export const parametersPolicyName = "lecture05-parameters";

/**
 * The hosts read their stack's own secrets, and no others. That the account's key for Parameter Store may be used for it
 * is said by the key itself (alias/aws/ssm).
 */
export function hostParametersPolicy(ctx: Pick<StepContext, "stack" | "region" | "account">): PolicyDocument {
  const { region, account } = ctx;
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnSecrets",
        Effect: "Allow",
        Action: ["ssm:GetParameter", "ssm:GetParameters"],
        Resource: `arn:${partitionOf(region)}:ssm:${region}:${account}:parameter${parameterPath(ctx)}/*`,
      },
    ],
  };
}
