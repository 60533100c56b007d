import { evaluate as evaluateStatements, type Decision } from "../../iam/policy-evaluation.ts";
import { namedPrincipals, type Principals, type Statement } from "./statement.ts";

export interface PolicyQuestion {
  readonly account: string;
  /** Undefined for somebody who did not say who it is: named only by an asterisk. */
  readonly callerArn: string | undefined;
  readonly roleName: string | undefined;
  /** A service of AWS that asks for itself; then there is no caller of the account. */
  readonly service?: string | undefined;
  /** e.g. s3:GetObject */
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

/** What a bucket's policy says about a request: who is meant is asked here, the rest is as in IAM's own policies. */
export function evaluate(statements: readonly Statement[], question: PolicyQuestion): Decision {
  const meant = statements.filter(({ Effect, Principal, NotPrincipal }) =>
    Principal ? names(Principal, question, Effect) : !names(NotPrincipal ?? "*", question, "Deny"),
  );
  return evaluateStatements(
    meant.map((statement) => ({
      effect: statement.Effect,
      actions: statement.Action,
      notActions: statement.NotAction,
      resources: statement.Resource,
      notResources: statement.NotResource,
      principal: statement.Principal,
      conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => [operator, key, values] as const),
      ),
    })),
    question,
  );
}

function names(principals: Principals, question: PolicyQuestion, effect: Statement["Effect"]): boolean {
  const { account, callerArn, roleName, service } = question;
  const named = namedPrincipals(principals);
  if (service !== undefined) return named.AWS?.includes("*") === true || named.Service?.includes(service) === true;
  const roles = `arn:aws:iam::${account}:role/`;
  return (named.AWS ?? []).some((principal) => {
    if (principal === "*" || principal === callerArn) return true;
    if (callerArn === undefined) return false;
    if (principal === account || principal === `arn:aws:iam::${account}:root`) {
      // An allow for the account hands the decision to its IAM policies; it opens nothing for a role by itself.
      return roleName === undefined || effect === "Deny";
    }
    return roleName !== undefined && principal.startsWith(roles) && principal.endsWith(`/${roleName}`);
  });
}

const narrowing = new Set([
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:principalaccount",
  "aws:principalarn",
]);

/** S3's meaning of public: an allow for everyone without a condition that fixes who or where from. */
export function isPublic(statements: readonly Statement[]): boolean {
  return statements.some(({ Effect, Principal, NotPrincipal, Condition }) => {
    if (Effect !== "Allow") return false;
    const open = NotPrincipal !== undefined || namedPrincipals(Principal ?? {}).AWS?.includes("*") === true;
    return open && !isNarrowed(Condition ?? {});
  });
}

function isNarrowed(conditions: NonNullable<Statement["Condition"]>): boolean {
  return Object.entries(conditions).some(
    ([operator, keys]) =>
      /^(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/.test(operator) &&
      Object.entries(keys).some(
        ([key, values]) =>
          narrowing.has(key.toLowerCase()) && values.every((it) => !it.includes("*") && !it.endsWith("/0")),
      ),
  );
}
