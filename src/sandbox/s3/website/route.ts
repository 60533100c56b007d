import type { RoutingRule, WebsiteConfiguration } from "@aws-sdk/client-s3";
import { AwsError } from "../../wire/action.ts";
import { accessDenied, noSuchKey } from "../errors.ts";
import type { Bucket } from "../store/bucket.ts";
import type { ObjectVersion } from "../store/records.ts";

/** What a website's endpoint does with a path. */
export type Route =
  | { readonly kind: "object"; readonly version: ObjectVersion }
  | { readonly kind: "redirect"; readonly status: number; readonly location: string }
  | { readonly kind: "error"; readonly error: AwsError; readonly document?: ObjectVersion | undefined };

export interface WebsiteRequest {
  /** Decoded, without the slash at its start. */
  readonly key: string;
  /** As it was asked for, with "?" at its start, or "". */
  readonly query: string;
  /** The name and port under which the visitor came. */
  readonly host: string;
}

/** Whether everybody may read this object. */
export type MayRead = (key: string) => boolean;

export const noWebsite = (bucket: string): AwsError =>
  new AwsError("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration", 404, {
    BucketName: bucket,
  });

/**
 * In the order of AWS: a redirect of everything, rules by prefix, the object or its folder's index, rules by error, the
 * error document. Unlike the REST endpoint, it tells everybody which objects are not there: 404, and 403 for those that
 * are there and not public.
 */
export function route(bucket: Bucket, request: WebsiteRequest, mayRead: MayRead): Route {
  const { website, name } = bucket.config;
  if (!website) return { kind: "error", error: noWebsite(name) };
  const { RedirectAllRequestsTo: everything, RoutingRules: rules = [] } = website;
  if (everything) {
    const location = `${everything.Protocol ?? "http"}://${everything.HostName}/${encode(request.key)}${request.query}`;
    return { kind: "redirect", status: 301, location };
  }
  const early = rules.find(({ Condition: it }) => !it?.HttpErrorCodeReturnedEquals && hasPrefix(it, request.key));
  if (early) return redirectBy(early, request);
  const found = find(bucket, website, request, mayRead);
  if (found.kind !== "error") return found;
  const status = String(found.error.status);
  const late = rules.find(
    ({ Condition: it }) => it?.HttpErrorCodeReturnedEquals === status && hasPrefix(it, request.key),
  );
  if (late) return redirectBy(late, request);
  return { ...found, document: errorDocument(bucket, website, mayRead) };
}

function find(
  bucket: Bucket,
  { IndexDocument }: WebsiteConfiguration,
  { key: asked, query }: WebsiteRequest,
  mayRead: MayRead,
): Route {
  const suffix = IndexDocument?.Suffix ?? "";
  const key = asked === "" || asked.endsWith("/") ? asked + suffix : asked;
  const version = bucket.index.latest(key);
  if (!version || version.deleteMarker) {
    const folder = bucket.index.latest(`${asked}/${suffix}`);
    if (key === asked && folder && !folder.deleteMarker) {
      return { kind: "redirect", status: 302, location: `/${encode(asked)}/${query}` };
    }
    return { kind: "error", error: noSuchKey(key) };
  }
  if (!mayRead(key)) return { kind: "error", error: accessDenied() };
  const { websiteRedirectLocation: location } = version.headers;
  return location === undefined ? { kind: "object", version } : { kind: "redirect", status: 301, location };
}

const hasPrefix = (condition: RoutingRule["Condition"], key: string): boolean =>
  key.startsWith(condition?.KeyPrefixEquals ?? "");

function redirectBy({ Condition, Redirect = {} }: RoutingRule, { key, query, host }: WebsiteRequest): Route {
  const prefix = Condition?.KeyPrefixEquals ?? "";
  const { ReplaceKeyWith, ReplaceKeyPrefixWith, HostName = host, Protocol = "http" } = Redirect;
  const next =
    ReplaceKeyWith ?? (ReplaceKeyPrefixWith === undefined ? key : ReplaceKeyPrefixWith + key.slice(prefix.length));
  const location = `${Protocol}://${HostName}/${encode(next)}${query}`;
  return { kind: "redirect", status: Number(Redirect.HttpRedirectCode ?? 301), location };
}

function errorDocument(
  bucket: Bucket,
  { ErrorDocument }: WebsiteConfiguration,
  mayRead: MayRead,
): ObjectVersion | undefined {
  const key = ErrorDocument?.Key;
  const version = key === undefined ? undefined : bucket.index.latest(key);
  return version && !version.deleteMarker && mayRead(version.key) ? version : undefined;
}

const encode = (key: string): string => key.split("/").map(encodeURIComponent).join("/");
