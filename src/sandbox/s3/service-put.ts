import { createHash } from "node:crypto";
import type { World } from "../world.ts";
import { statementsOf } from "./access.ts";
import { bucketArn } from "./arn.ts";
import { factsOf } from "./object-facts.ts";
import { evaluate } from "./policy/evaluate.ts";

export interface ServiceObject {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The service that writes, as policies name it. */
  readonly service: string;
  /** What it writes for. */
  readonly sourceArn: string;
}

/** Whether a bucket's policy lets a service of AWS put an object there. */
export function letsIn(world: World, object: Omit<ServiceObject, "bytes" | "contentType">): boolean {
  const bucket = world.s3.find(object.bucket);
  if (!bucket) return false;
  const decision = evaluate(statementsOf(bucket), {
    account: world.account,
    callerArn: "",
    roleName: undefined,
    service: object.service,
    action: "s3:PutObject",
    resource: `${bucketArn(bucket.config.name, bucket.config.region)}/${object.key}`,
    context: {
      "aws:SecureTransport": "true",
      "aws:SourceArn": object.sourceArn,
      "aws:SourceAccount": world.account,
      "aws:PrincipalIsAWSService": "true",
    },
  });
  return decision === "allow";
}

/** Puts an object as a service of AWS does. False when the bucket is gone or does not let it in. */
export async function putAsService(world: World, object: ServiceObject): Promise<boolean> {
  const bucket = world.s3.find(object.bucket);
  if (!bucket || !letsIn(world, object)) return false;
  const blob = await bucket.blobs.write(
    oneOf(object.bytes),
    () => {},
    () => {},
  );
  const etag = createHash("md5").update(object.bytes).digest("hex");
  const contents = { blobs: [blob], sizeBytes: blob.sizeBytes, etag };
  await bucket.put(object.key, factsOf({ ContentType: object.contentType }, bucket), contents, () => {});
  return true;
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
