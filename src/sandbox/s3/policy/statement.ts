import { z } from "zod";
import { AwsError } from "../../wire/action.ts";

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const principals = z.union([z.literal("*"), z.record(z.string(), texts)]);
const conditionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const conditionValues = z.union([conditionValue, z.array(conditionValue)]).transform((value) => [value].flat());

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
});

const policySchema = z.strictObject({
  Version: z.enum(["2012-10-17", "2008-10-17"]).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema).min(1)]).transform((value) => [value].flat()),
});

export type Statement = z.infer<typeof statementSchema>;
export type Principals = z.infer<typeof principals>;

const malformed = (message: string): AwsError => new AwsError("MalformedPolicy", message, 400);

/** Reads a bucket policy as S3 does when it is put: everything wrong with it is MalformedPolicy. */
export function parsePolicy(text: string, bucketArn: string): Statement[] {
  if (!text.startsWith("{")) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`Invalid policy syntax: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
  }
  for (const statement of parsed.data.Statement) checkStatement(statement, bucketArn);
  return parsed.data.Statement;
}

function checkStatement(statement: Statement, arn: string): void {
  if (!statement.Principal === !statement.NotPrincipal) throw malformed("Missing required field Principal");
  if (!statement.Action === !statement.NotAction) throw malformed("Missing required field Action");
  if (!statement.Resource === !statement.NotResource) throw malformed("Missing required field Resource");
  for (const action of statement.Action ?? statement.NotAction ?? []) {
    if (action !== "*" && !/^s3:[A-Za-z*?]+$/i.test(action)) throw malformed("Policy has invalid action");
  }
  for (const resource of statement.Resource ?? statement.NotResource ?? []) {
    const ours = resource === arn || resource === `${arn}*` || resource.startsWith(`${arn}/`);
    if (!ours) throw malformed("Policy has invalid resource");
  }
  for (const [kind, values] of Object.entries(namedPrincipals(statement.Principal ?? statement.NotPrincipal ?? "*"))) {
    if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(kind))
      throw malformed("Invalid principal in policy");
    const valid = (value: string): boolean =>
      kind !== "AWS" || /^(\*|\d{12}|arn:aws[a-z-]*:(iam|sts)::.+)$/.test(value);
    if (!values.every(valid)) throw malformed("Invalid principal in policy");
  }
}

export function namedPrincipals(principals: Principals): Readonly<Record<string, readonly string[]>> {
  return principals === "*" ? { AWS: ["*"] } : principals;
}
