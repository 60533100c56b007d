/** What is known of one request to S3 when it was answered. */
export interface S3Request {
  readonly bucket: string;
  /** Undefined: it was about the bucket. As it came, encoded. */
  readonly key: string | undefined;
  readonly time: Date;
  readonly remoteIp: string;
  /** The caller's ARN; undefined when it was not known. */
  readonly requester: string | undefined;
  readonly requestId: string;
  readonly method: string;
  /** With the query. */
  readonly uri: string;
  readonly httpVersion: string;
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly bytesSent: number | undefined;
  readonly totalMs: number;
  readonly referer: string | undefined;
  readonly userAgent: string | undefined;
  readonly host: string | undefined;
  /** In the header, or in the query. */
  readonly isPresigned: boolean;
}

/** Sub-resources as S3's log names them; what is not here is the bucket or the object itself. */
const subresources: Readonly<Record<string, string>> = {
  acl: "ACL",
  cors: "CORS",
  encryption: "ENCRYPTION",
  lifecycle: "LIFECYCLE",
  location: "LOCATION",
  logging: "LOGGING_STATUS",
  ownershipControls: "OWNERSHIP_CONTROLS",
  policy: "BUCKETPOLICY",
  policyStatus: "POLICY_STATUS",
  publicAccessBlock: "PUBLIC_ACCESS_BLOCK",
  tagging: "TAGGING",
  uploads: "UPLOADS",
  versioning: "VERSIONING",
  versions: "BUCKETVERSIONS",
  website: "WEBSITE",
  partNumber: "PART",
  uploadId: "UPLOAD",
  delete: "MULTI_OBJECT_DELETE",
};

/** One line as S3 writes it (https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html). */
export function s3Line(request: S3Request, account: string): string {
  const { key, method, uri } = request;
  const totalMs = String(Math.round(request.totalMs));
  const requester = request.requester === undefined ? "-" : request.requester;
  return [
    account.padStart(64, "0"),
    request.bucket,
    `[${clfTime(request.time)}]`,
    request.remoteIp,
    requester,
    request.requestId.replaceAll("-", "").slice(0, 16).toUpperCase(),
    `REST.${method}.${resourceOf(uri, key)}`,
    key ?? "-",
    quoted(`${method} ${uri} HTTP/${request.httpVersion}`),
    String(request.status),
    request.errorCode ?? "-",
    request.bytesSent === undefined ? "-" : String(request.bytesSent),
    "-",
    totalMs,
    totalMs,
    quoted(request.referer ?? "-"),
    quoted(request.userAgent ?? "-"),
    "-",
    request.requestId,
    "SigV4",
    "-",
    request.isPresigned ? "QueryString" : "AuthHeader",
    request.host ?? "-",
    "-",
    "-",
    "-",
  ].join(" ");
}

function resourceOf(uri: string, key: string | undefined): string {
  const query = new URLSearchParams(uri.split("?")[1] ?? "");
  const known = Object.keys(subresources).find((name) => query.has(name));
  if (known !== undefined) return subresources[known] as string;
  return key === undefined ? "BUCKET" : "OBJECT";
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 30/Nov/2026:06:00:38 +0000 */
function clfTime(time: Date): string {
  const day = String(time.getUTCDate()).padStart(2, "0");
  return `${day}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
}

/** What a client sent must not end the field or the line. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\r\n]/g, (it) => encodeURIComponent(it))}"`;
}
