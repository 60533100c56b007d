import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Statement } from "./policy-document.ts";

export type Decision = "allow" | "implicit-deny" | "explicit-deny";

export interface AccessRequest {
  /** "s3:PutObject" */
  readonly action: string;
  /** The resource's ARN. */
  readonly resource: string;
  /** Condition keys, compared without regard to case. */
  readonly context: Readonly<Record<string, string>>;
}

/** IAM's rule: a matching Deny wins, else a matching Allow, else access is denied for want of one. */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const matching = statements.filter((statement) => applies(statement, request));
  if (matching.some(({ effect }) => effect === "Deny")) return "explicit-deny";
  return matching.some(({ effect }) => effect === "Allow") ? "allow" : "implicit-deny";
}

function applies(statement: Statement, request: AccessRequest): boolean {
  return (
    matchesAny(statement.actions, statement.notActions, (pattern) =>
      wildcardMatch(pattern.toLowerCase(), request.action.toLowerCase()),
    ) &&
    matchesAny(statement.resources, statement.notResources, (pattern) => wildcardMatch(pattern, request.resource)) &&
    conditionsHold(statement, request.context)
  );
}

function matchesAny(
  patterns: readonly string[] | undefined,
  notPatterns: readonly string[] | undefined,
  matches: (pattern: string) => boolean,
): boolean {
  if (patterns) return patterns.some(matches);
  // Trust policies have neither resources nor not-resources: they apply to the role that they stand on.
  return !(notPatterns ?? []).some(matches);
}

/** `*` for any text and `?` for one character, as in ARNs and StringLike. */
export function wildcardMatch(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

function conditionsHold(statement: Statement, context: AccessRequest["context"]): boolean {
  const byKey = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return statement.conditions.every(([operator, key, values]) => {
    const outcome = testCondition(operator, byKey.get(key.toLowerCase()), values);
    // What cannot be judged must not open a door: such a condition fails an Allow and holds for a Deny.
    return outcome ?? statement.effect === "Deny";
  });
}

type Test = (actual: string, values: readonly string[]) => boolean;

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (actual, values) => values.includes(actual),
  StringNotEquals: (actual, values) => !values.includes(actual),
  StringEqualsIgnoreCase: (actual, values) => lower(values).includes(actual.toLowerCase()),
  StringNotEqualsIgnoreCase: (actual, values) => !lower(values).includes(actual.toLowerCase()),
  StringLike: (actual, values) => values.some((value) => wildcardMatch(value, actual)),
  StringNotLike: (actual, values) => !values.some((value) => wildcardMatch(value, actual)),
  ArnEquals: (actual, values) => values.some((value) => wildcardMatch(value, actual)),
  ArnNotEquals: (actual, values) => !values.some((value) => wildcardMatch(value, actual)),
  ArnLike: (actual, values) => values.some((value) => wildcardMatch(value, actual)),
  ArnNotLike: (actual, values) => !values.some((value) => wildcardMatch(value, actual)),
  Bool: (actual, values) => lower(values).includes(actual.toLowerCase()),
  IpAddress: (actual, values) => values.some((value) => inRange(actual, value)),
  NotIpAddress: (actual, values) => !values.some((value) => inRange(actual, value)),
};

/** Undefined for an operator that is not known here. */
function testCondition(operator: string, actual: string | undefined, values: readonly string[]): boolean | undefined {
  if (operator === "Null") return values.some((value) => value.toLowerCase() === String(actual === undefined));
  const ifExists = operator.endsWith("IfExists");
  const name = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (!test) return undefined;
  if (actual === undefined) return ifExists || name.includes("Not");
  return test(actual, values);
}

function lower(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase());
}

function inRange(address: string, range: string): boolean {
  const [network = "", prefix] = range.split("/");
  const family = isIPv4(network) ? "ipv4" : "ipv6";
  if (!(family === "ipv4" ? isIPv4(address) : isIPv6(address) && isIPv6(network))) return false;
  const bits = Number(prefix ?? (family === "ipv4" ? 32 : 128));
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === "ipv4" ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(address, family);
}
