import type { CompletedPart, CompleteMultipartUploadCommandInput } from "@aws-sdk/client-s3";
import { AwsError } from "../wire/action.ts";
import { checksumNames, hasherOf, memberOf } from "./checksums.ts";
import { unquoted } from "./etag.ts";
import { invalidPart, invalidRequest, malformedXml } from "./errors.ts";
import type { Bucket } from "./store/bucket.ts";
import type { ObjectContents, PartRecord, StoredChecksum } from "./store/records.ts";
import type { Upload } from "./store/upload-store.ts";

const minimumPartBytes = 5 * 1024 * 1024;

/** The contents of the object that an upload becomes: the listed parts in their order, none copied. */
export async function assemble(
  bucket: Bucket,
  upload: Upload,
  input: CompleteMultipartUploadCommandInput,
): Promise<ObjectContents> {
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
  const small = parts.slice(0, -1).find(({ blob }) => blob.sizeBytes < minimumPartBytes);
  if (small) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, {
      ETag: small.etag,
      MinSizeAllowed: minimumPartBytes,
      PartNumber: small.number,
      ProposedSize: small.blob.sizeBytes,
    });
  }
  const blobs = parts.map(({ blob }) => blob);
  const sizeBytes = blobs.reduce((sum, blob) => sum + blob.sizeBytes, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${sizeBytes}`,
    );
  }
  const md5 = hasherOf("MD5");
  for (const { etag } of parts) md5.update(Buffer.from(etag, "hex"));
  const checksum = await checksumOf(bucket, upload, parts, sizeBytes);
  verifyChecksum(input, checksum);
  return {
    blobs,
    sizeBytes,
    etag: `${md5.digest().toString("hex")}-${parts.length}`,
    checksum,
    parts: parts.map(({ number, blob, checksum }) => ({ number, sizeBytes: blob.sizeBytes, checksum })),
    uploadId: upload.record.uploadId,
  };
}

function chosenParts(upload: Upload, chosen: readonly CompletedPart[]): PartRecord[] {
  if (chosen.length === 0) throw malformedXml();
  let previous = 0;
  return chosen.map((wanted) => {
    const number = wanted.PartNumber ?? 0;
    if (number <= previous) {
      const message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
      throw new AwsError("InvalidPartOrder", message, 400, { UploadId: upload.record.uploadId });
    }
    previous = number;
    const part = upload.parts.get(number);
    if (!part || unquoted(wanted.ETag ?? "") !== part.etag) throw invalidPart();
    for (const name of checksumNames) {
      const claimed = wanted[memberOf(name)];
      const known = part.checksum?.algorithm === name ? part.checksum.value : undefined;
      if (claimed !== undefined && known !== undefined && claimed !== known) throw invalidPart();
    }
    return part;
  });
}

async function checksumOf(
  bucket: Bucket,
  upload: Upload,
  parts: readonly PartRecord[],
  sizeBytes: number,
): Promise<StoredChecksum | undefined> {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload.record;
  if (!algorithm || !type) return undefined;
  const hasher = hasherOf(algorithm);
  if (type === "FULL_OBJECT") {
    const blobs = parts.map(({ blob }) => blob);
    for await (const piece of bucket.blobs.read(blobs, 0, sizeBytes) as AsyncIterable<Buffer>) hasher.update(piece);
    return { algorithm, type, value: hasher.digest().toString("base64") };
  }
  for (const { checksum } of parts) {
    if (checksum?.algorithm !== algorithm) {
      throw invalidRequest(`The upload was created using a ${algorithm} checksum. All parts must include one.`);
    }
    hasher.update(Buffer.from(checksum.value, "base64"));
  }
  return { algorithm, type, value: `${hasher.digest().toString("base64")}-${parts.length}` };
}

function verifyChecksum(input: CompleteMultipartUploadCommandInput, checksum: StoredChecksum | undefined): void {
  if (!checksum) return;
  const claimed = input[memberOf(checksum.algorithm)];
  const computed = checksum.value;
  // Clients may leave out the number of parts of a composite checksum.
  if (claimed === undefined || claimed === computed || claimed === computed.replace(/-\d+$/, "")) return;
  throw new AwsError(
    "BadDigest",
    `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
    400,
  );
}
