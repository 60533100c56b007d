import { AwsError } from "../wire/action.ts";

/** One statement, with every "string or list of strings" as a list. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly notResources: readonly string[] | undefined;
  /** As written; undefined in identity policies. */
  readonly principal: unknown;
  /** Operator, key, values. */
  readonly conditions: readonly (readonly [string, string, readonly string[]])[];
}

export type PolicyKind = "identity" | "trust" | "resource";

/** Reads a policy document and refuses what IAM refuses. */
export function parsePolicy(text: string, kind: PolicyKind): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (!isRecord(document)) throw malformed("Syntax errors in policy.");
  const version = document.Version ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17") throw malformed("Syntax errors in policy.");
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (statements.length === 0) throw malformed("Syntax errors in policy.");
  return statements.map((statement: unknown) => parseStatement(statement, kind));
}

function parseStatement(statement: unknown, kind: PolicyKind): Statement {
  if (!isRecord(statement)) throw malformed("Syntax errors in policy.");
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  if (Effect !== "Allow" && Effect !== "Deny") throw malformed("Syntax errors in policy.");
  if ((Action === undefined) === (NotAction === undefined)) throw malformed("Policy statement must contain actions.");
  const hasResource = Resource !== undefined || NotResource !== undefined;
  const hasPrincipal = Principal !== undefined || NotPrincipal !== undefined;
  if (kind === "identity" && hasPrincipal) throw malformed("Policy document should not specify a principal.");
  if (kind !== "identity" && !hasPrincipal) throw malformed("Missing required field Principal");
  if (kind === "trust" && hasResource) throw malformed("Has prohibited field Resource");
  if (kind !== "trust" && !hasResource) throw malformed("Policy statement must contain resources.");
  if (Resource !== undefined && NotResource !== undefined) throw malformed("Syntax errors in policy.");
  const actions = stringsOf(Action);
  for (const action of actions ?? stringsOf(NotAction) ?? []) {
    if (action !== "*" && !/^[a-zA-Z0-9*?-]+:[a-zA-Z0-9*?]+$/.test(action)) {
      throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
  }
  return {
    effect: Effect,
    actions,
    notActions: stringsOf(NotAction),
    resources: stringsOf(Resource),
    notResources: stringsOf(NotResource),
    principal: Principal,
    conditions: conditionsOf(Condition),
  };
}

function conditionsOf(condition: unknown): [string, string, string[]][] {
  if (condition === undefined) return [];
  if (!isRecord(condition)) throw malformed("Syntax errors in policy.");
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!isRecord(keys)) throw malformed("Syntax errors in policy.");
    return Object.entries(keys).map(([key, values]): [string, string, string[]] => {
      const list: unknown[] = Array.isArray(values) ? values : [values];
      return [operator, key, list.map(String)];
    });
  });
}

function stringsOf(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.some((item) => typeof item !== "string")) throw malformed("Syntax errors in policy.");
  return list as string[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message, 400);
}
