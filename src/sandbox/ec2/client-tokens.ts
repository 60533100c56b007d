import { createHash } from "node:crypto";
import { AwsError } from "../wire/action.ts";
import type { Ec2Data } from "./records.ts";

interface TokenInput {
  readonly ClientToken?: string | undefined;
  readonly DryRun?: boolean | undefined;
}

/**
 * The ids that an earlier request with this token made. Throws when that request was a different one. A token whose
 * resources are all gone is forgotten.
 */
export function idsOfToken(
  data: Ec2Data,
  action: string,
  input: TokenInput,
  isThere: (id: string) => boolean,
): readonly string[] | undefined {
  const key = keyOf(action, input);
  const known = key === undefined ? undefined : data.clientTokens[key];
  if (!known || key === undefined) return undefined;
  if (!known.ids.some(isThere)) {
    delete data.clientTokens[key];
    return undefined;
  }
  if (known.fingerprint === fingerprintOf(input)) return known.ids;
  throw new AwsError(
    "IdempotentParameterMismatch",
    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
  );
}

export function rememberToken(data: Ec2Data, action: string, input: TokenInput, ids: readonly string[]): void {
  const key = keyOf(action, input);
  if (key !== undefined) data.clientTokens[key] = { fingerprint: fingerprintOf(input), ids };
}

function keyOf(action: string, { ClientToken }: TokenInput): string | undefined {
  return ClientToken ? `${action} ${ClientToken}` : undefined;
}

/** A hash, because user data may hold what need not be kept twice. */
function fingerprintOf({ ClientToken: _token, DryRun: _dryRun, ...parameters }: TokenInput): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(parameters)))
    .digest("hex");
}

/** The order in which a client writes its parameters means nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
