import {
  CreateMultipartUpload$,
  type CreateMultipartUploadCommandInput,
  type CreateMultipartUploadCommandOutput,
} from "@aws-sdk/client-s3";
import { action, type ActionOutput } from "../../wire/action.ts";
import { openBucket } from "../access.ts";
import { isChecksumName, type ChecksumName } from "../checksums.ts";
import { invalidRequest } from "../errors.ts";
import { checkKey, encryptionMembers, factsOf } from "../object-facts.ts";

export const createMultipartUpload = action(
  CreateMultipartUpload$,
  async (input: CreateMultipartUploadCommandInput, ctx) => {
    const key = checkKey(input.Key);
    const bucket = openBucket(ctx, input, { permission: "PutObject", key });
    const facts = factsOf(input, bucket);
    const checksumAlgorithm = algorithmOf(input.ChecksumAlgorithm);
    const record = await bucket.uploads.create({
      key,
      facts,
      initiated: ctx.world.now().toISOString(),
      checksumAlgorithm,
      checksumType: typeOf(checksumAlgorithm, input.ChecksumType),
    });
    return {
      Bucket: bucket.config.name,
      Key: key,
      UploadId: record.uploadId,
      ChecksumAlgorithm: record.checksumAlgorithm,
      ChecksumType: record.checksumType,
      ...encryptionMembers(facts.encryption),
    } satisfies Partial<ActionOutput<CreateMultipartUploadCommandOutput>>;
  },
);

function algorithmOf(name: string | undefined): ChecksumName | undefined {
  if (name === undefined || isChecksumName(name)) return name;
  throw invalidRequest("Checksum algorithm provided is unsupported.");
}

function typeOf(
  algorithm: ChecksumName | undefined,
  type: "COMPOSITE" | "FULL_OBJECT" | undefined,
): "COMPOSITE" | "FULL_OBJECT" | undefined {
  if (algorithm === undefined) return undefined;
  const isHash = algorithm === "SHA1" || algorithm === "SHA256";
  if ((type === "FULL_OBJECT" && isHash) || (type === "COMPOSITE" && algorithm === "CRC64NVME")) {
    throw invalidRequest(`The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return type ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
}
