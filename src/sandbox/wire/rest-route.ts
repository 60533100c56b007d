import { AwsError } from "./action.ts";
import { failure } from "./failures.ts";
import { membersOf, requiredMembersOf, traitsOf, type Operation } from "./schema.ts";
import type { WireRequest } from "./wire-request.ts";

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly hasBucket: boolean;
  readonly hasKey: boolean;
  readonly id: string | undefined;
  readonly literals: readonly (readonly [string, string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

/**
 * Query keys that name another operation in S3. A request with one of them must never fall through to the plain
 * operation on the bucket or object: `PUT /bucket?lifecycle` is not CreateBucket.
 */
const subresources = new Set(
  (
    "accelerate acl analytics attributes cors delete encryption intelligent-tiering inventory legal-hold lifecycle " +
    "location logging metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy " +
    "policyStatus publicAccessBlock replication requestPayment restore retention select session tagging torrent " +
    "uploads versioning versions website renameObject partNumber uploadId abac"
  ).split(" "),
);

function routeOf(operation: Operation): Route | undefined {
  if (!operation.http) return undefined;
  const [method, uri] = operation.http;
  const [path = "/", search] = uri.split("?");
  if (path !== "/" && path !== "/{Key+}") return undefined;
  const query = [...new URLSearchParams(search)];
  const required = new Set(requiredMembersOf(operation.input));
  const members = membersOf(operation.input).map(([name, member]) => ({ name, traits: traitsOf(member) }));
  const requiredTraits = members.filter(({ name }) => required.has(name)).map(({ traits }) => traits);
  return {
    operation,
    method,
    // S3's schemas leave {Bucket} out of the URI, because it may be in the host name.
    hasBucket: members.some(({ name, traits }) => name === "Bucket" && traits.httpLabel !== undefined),
    hasKey: path === "/{Key+}",
    id: query.find(([name]) => name === "x-id")?.[1],
    literals: query.filter(([name]) => name !== "x-id"),
    requiredQuery: requiredTraits.flatMap((traits) => traits.httpQuery ?? []),
    requiredHeaders: requiredTraits.flatMap((traits) => traits.httpHeader?.toLowerCase() ?? []),
  };
}

/** Finds the operation of a REST request by method, path, query and headers; the most specific one wins. */
export class RestRouter {
  private readonly routes: readonly Route[];

  constructor(operations: readonly Operation[]) {
    this.routes = operations.flatMap((operation) => routeOf(operation) ?? []);
  }

  find(request: WireRequest, bucket: string | undefined, key: string | undefined): Operation {
    const candidates = this.routes
      .filter((route) => matches(route, request, bucket !== undefined, key !== undefined))
      .map((route) => ({ route, score: scoreOf(route, request) }))
      .sort((a, b) => b.score - a.score);
    const best = candidates[0]?.route;
    if (best && isAnsweredBy(best, request)) return best.operation;
    if (best || [...request.query.keys()].some((name) => subresources.has(name))) {
      throw new AwsError("NotImplemented", "A header you provided implies functionality that is not implemented", 501);
    }
    throw failure("restXml", "unknown-action", "The specified method is not allowed against this resource.");
  }
}

function matches(route: Route, request: WireRequest, hasBucket: boolean, hasKey: boolean): boolean {
  return (
    route.method === request.method &&
    route.hasBucket === hasBucket &&
    route.hasKey === hasKey &&
    route.literals.every(([name, value]) => request.query.get(name) === value) &&
    route.requiredQuery.every((name) => request.query.has(name)) &&
    route.requiredHeaders.every((name) => name in request.headers)
  );
}

function scoreOf(route: Route, request: WireRequest): number {
  const specific = route.literals.length + route.requiredQuery.length + route.requiredHeaders.length;
  return specific * 4 + (route.id !== undefined && request.query.get("x-id") === route.id ? 1 : 0);
}

function isAnsweredBy(route: Route, request: WireRequest): boolean {
  const known = new Set([...route.literals.map(([name]) => name), ...route.requiredQuery]);
  for (const [, member] of membersOf(route.operation.input)) known.add(traitsOf(member).httpQuery ?? "");
  if ([...request.query.keys()].some((name) => subresources.has(name) && !known.has(name))) return false;
  return !("x-amz-copy-source" in request.headers) || route.requiredHeaders.includes("x-amz-copy-source");
}
