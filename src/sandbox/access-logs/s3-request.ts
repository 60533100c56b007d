import type { Answered } from "../wire/server.ts";
import { bucketAndKey } from "../wire/wire-request.ts";
import type { S3Request } from "./s3-line.ts";

/** What a request to S3 was, for the log of its bucket; undefined for what is about no bucket. */
export function s3RequestOf({ service, message, request, ...answered }: Answered): S3Request | undefined {
  if (service !== "s3") return undefined;
  let bucket: string | undefined;
  try {
    ({ bucket } = bucketAndKey(request.rawPath));
  } catch {
    return undefined;
  }
  if (bucket === undefined) return undefined;
  const { headers, method, query, rawPath } = request;
  const key = rawPath.slice(1).split("/").slice(1).join("/");
  return {
    bucket,
    key: key === "" ? undefined : key,
    time: answered.time,
    remoteIp: (message.socket.remoteAddress ?? "-").replace(/^::ffff:/, ""),
    requester: answered.callerArn,
    requestId: answered.requestId,
    method,
    uri: message.url ?? rawPath,
    httpVersion: message.httpVersion,
    status: answered.status,
    errorCode: answered.errorCode,
    bytesSent: answered.bytesSent,
    totalMs: answered.totalMs,
    referer: headers["referer"],
    userAgent: headers["user-agent"],
    host: headers["host"],
    isPresigned: query.has("X-Amz-Signature"),
  };
}
