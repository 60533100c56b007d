import {
  SimulatePrincipalPolicy$,
  type EvaluationResult,
  type SimulatePrincipalPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { action, AwsError } from "../wire/action.ts";
import { boundaryOf, statementsOf } from "./authorize.ts";
import { entityKey, noSuchEntity, page } from "./entities.ts";
import type { Statement } from "./policy-document.ts";
import { evaluate, wildcardMatch, type AccessRequest, type Decision } from "./policy-evaluation.ts";

const words = { allow: "allowed", "implicit-deny": "implicitDeny", "explicit-deny": "explicitDeny" } as const;

/** What a role's policies and its boundary would say. Users and groups are not kept here. */
export const simulatePrincipalPolicy = action(
  SimulatePrincipalPolicy$,
  (input: SimulatePrincipalPolicyCommandInput, { world: { iam } }) => {
    const { PolicySourceArn = "", ActionNames = [], ResourceArns = ["*"] } = input;
    const [, kind, name = ""] = /^arn:[^:]+:iam::\d+:(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(PolicySourceArn) ?? [];
    if (kind === undefined) throw new AwsError("InvalidInput", `Invalid Entity Arn: ${PolicySourceArn}`);
    const role = kind === "role" ? iam.data.roles[entityKey(name)] : undefined;
    if (!role) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
    const context = Object.fromEntries(
      (input.ContextEntries ?? []).map((entry) => [entry.ContextKeyName ?? "", entry.ContextKeyValues?.[0] ?? ""]),
    );
    const statements = statementsOf(iam, role);
    const boundary = boundaryOf(iam, role);
    const results = ActionNames.flatMap((actionName) =>
      ResourceArns.map((resource): EvaluationResult => {
        const request = { action: actionName, resource, context };
        const within = boundary === undefined || evaluate(boundary, request) === "allow";
        return {
          EvalActionName: actionName,
          EvalResourceName: resource,
          EvalDecision: words[decide(evaluate(statements, request), within)],
          MatchedStatements: [],
          MissingContextValues: missing([...statements, ...(boundary ?? [])], request),
          ...(boundary === undefined
            ? {}
            : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: within } }),
        };
      }),
    );
    const { items, ...rest } = page(results, input);
    return { EvaluationResults: items, ...rest };
  },
);

const decide = (own: Decision, within: boolean): Decision => (own === "allow" && !within ? "implicit-deny" : own);

/** The condition keys that a policy asks about for this action and that the request did not tell. */
function missing(statements: readonly Statement[], { action: name, context }: AccessRequest): string[] {
  const told = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  const keys = statements
    .filter(({ actions }) => actions?.some((pattern) => wildcardMatch(pattern.toLowerCase(), name.toLowerCase())))
    .flatMap(({ conditions }) => conditions.map(([, key]) => key))
    .filter((key) => !told.has(key.toLowerCase()));
  return [...new Set(keys)];
}
