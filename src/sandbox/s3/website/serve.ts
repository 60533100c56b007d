import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AwsError } from "../../wire/action.ts";
import type { Answer } from "../../wire/answer.ts";
import { describe, isDisconnect } from "../../wire/exceptions.ts";
import { send } from "../../wire/send.ts";
import { bucketAndKey, wireRequestOf, type WireRequest } from "../../wire/wire-request.ts";
import type { World } from "../../world.ts";
import { permitsEveryone } from "../access.ts";
import { checkRead } from "../conditions.ts";
import { noSuchBucket } from "../errors.ts";
import { select } from "../object-output.ts";
import type { Bucket } from "../store/bucket.ts";
import type { ObjectVersion } from "../store/records.ts";
import { errorPage } from "./error-page.ts";
import { route } from "./route.ts";

/** Names that resolve to this machine by themselves; on AWS it is amazonaws.com. */
const websiteHost = /^(.+)\.s3-website[-.][a-z]{2,3}(?:-[a-z]+){1,2}-\d\.localhost(?::\d+)?$/;

/** Buckets that are websites, at `BUCKET.s3-website-REGION.localhost` on the endpoint's port; all else is `aws`'s. */
export function withWebsites(world: World, aws: RequestListener): RequestListener {
  return (message, response) => {
    const name = websiteHost.exec(message.headers.host ?? "")?.[1];
    if (name === undefined) {
      aws(message, response);
      return;
    }
    serve(world, name, message, response).catch((error: unknown) => {
      if (!isDisconnect(error)) world.log({ level: "error", event: "website-failed", error: describe(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };
}

async function serve(world: World, name: string, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  const answer = answerFor(world, name, wireRequestOf(message), message, requestId);
  answer.headers["x-amz-request-id"] = requestId;
  answer.headers.date = world.now().toUTCString();
  answer.headers.server = "AmazonS3";
  await send(message, response, answer);
}

function answerFor(
  world: World,
  name: string,
  request: WireRequest,
  message: IncomingMessage,
  requestId: string,
): Answer {
  const bucket = world.s3.find(name);
  try {
    if (request.method !== "GET" && request.method !== "HEAD") {
      const fields = { Method: request.method, ResourceType: "OBJECT" };
      throw new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405, fields);
    }
    if (!bucket) throw noSuchBucket(name);
    const query = message.url?.includes("?") ? `?${message.url.split("?").slice(1).join("?")}` : "";
    // The path of a website is all key; "/bucket" before it makes it one of those that the wire takes apart.
    const { key = "" } = bucketAndKey(`/${name}${request.rawPath}`);
    const found = route(bucket, { key, query, host: request.headers.host ?? "" }, (read) =>
      permitsEveryone(world, bucket, read, message),
    );
    if (found.kind === "redirect")
      return { status: found.status, headers: { location: found.location, "content-length": "0" } };
    if (found.kind === "object") return objectAnswer(bucket, found.version, request);
    if (found.document) return { ...objectAnswer(bucket, found.document, undefined), status: found.error.status };
    throw found.error;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.status === 304) return { status: 304, headers: {} };
    const headers = { "content-type": "text/html; charset=utf-8", "x-amz-error-code": error.code };
    return { status: error.status, headers, body: errorPage(error, requestId) };
  }
}

function objectAnswer(bucket: Bucket, version: ObjectVersion, request: WireRequest | undefined): Answer {
  const { headers = {} } = request ?? {};
  checkRead(
    {
      IfMatch: headers["if-match"],
      IfNoneMatch: headers["if-none-match"],
      IfModifiedSince: dateOf(headers["if-modified-since"]),
      IfUnmodifiedSince: dateOf(headers["if-unmodified-since"]),
    },
    version,
  );
  const { start, length, isPartial, members } = select(bucket, version, { Range: headers["range"] });
  const shown: Record<string, string | undefined> = {
    "content-type": members.ContentType,
    "content-length": String(length),
    "content-range": members.ContentRange,
    "last-modified": members.LastModified?.toUTCString(),
    etag: members.ETag,
    "cache-control": members.CacheControl,
    "content-disposition": members.ContentDisposition,
    "content-encoding": members.ContentEncoding,
    "content-language": members.ContentLanguage,
    expires: members.Expires?.toUTCString(),
    ...Object.fromEntries(Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
  return {
    status: isPartial ? 206 : 200,
    headers: Object.fromEntries(Object.entries(shown).flatMap(([name, value]) => (value ? [[name, value]] : []))),
    body: bucket.blobs.read(version.blobs, start, length),
  };
}

function dateOf(header: string | undefined): Date | undefined {
  const time = Date.parse(header ?? "");
  return Number.isNaN(time) ? undefined : new Date(time);
}
