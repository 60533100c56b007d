import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { AwsError } from "../wire/action.ts";
import { refuseCustomerKey } from "./access.ts";
import { invalidArgument } from "./errors.ts";
import type { Bucket } from "./store/bucket.ts";
import type { ObjectEncryption, ObjectFacts, ObjectHeaders } from "./store/records.ts";
import { tagsFromHeader } from "./tags.ts";

type HeaderMembers = Pick<
  PutObjectCommandInput,
  | "ContentType"
  | "CacheControl"
  | "ContentDisposition"
  | "ContentEncoding"
  | "ContentLanguage"
  | "Expires"
  | "WebsiteRedirectLocation"
>;

type EncryptionMembers = Pick<
  PutObjectCommandInput,
  "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled" | "SSECustomerAlgorithm"
>;

type FactMembers = HeaderMembers &
  EncryptionMembers &
  Pick<PutObjectCommandInput, "Metadata" | "Tagging" | "StorageClass" | "ACL">;

const maximumKeyBytes = 1024;
const maximumMetadataBytes = 2048;

export function checkKey(key: string | undefined): string {
  if (key === undefined || key === "") throw invalidArgument("The key must not be empty", "Key", "");
  const size = Buffer.byteLength(key);
  if (size > maximumKeyBytes) {
    throw new AwsError("KeyTooLongError", "Your key is too long", 400, { Size: size, MaxSizeAllowed: maximumKeyBytes });
  }
  return key;
}

/** What PutObject, CopyObject and CreateMultipartUpload say about an object besides its bytes. */
export function factsOf(input: FactMembers, bucket: Bucket): ObjectFacts {
  refuseCustomerKey(input);
  checkAcl(input.ACL);
  const metadata = input.Metadata ?? {};
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size > maximumMetadataBytes) {
    throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400, {
      Size: size,
      MaxSizeAllowed: maximumMetadataBytes,
    });
  }
  return {
    headers: headersOf(input),
    metadata,
    tags: tagsFromHeader(input.Tagging),
    encryption: encryptionOf(input, bucket),
    storageClass: input.StorageClass,
  };
}

export function headersOf(input: HeaderMembers): ObjectHeaders {
  return {
    contentType: input.ContentType,
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentEncoding: input.ContentEncoding,
    contentLanguage: input.ContentLanguage,
    expires: input.Expires?.toUTCString(),
    websiteRedirectLocation: input.WebsiteRedirectLocation,
  };
}

export function encryptionOf(input: EncryptionMembers, bucket: Bucket): ObjectEncryption {
  const rule = bucket.config.encryption?.[0];
  const standard = rule?.ApplyServerSideEncryptionByDefault;
  return {
    algorithm: input.ServerSideEncryption ?? standard?.SSEAlgorithm ?? "AES256",
    kmsKeyId: input.SSEKMSKeyId ?? (input.ServerSideEncryption === undefined ? standard?.KMSMasterKeyID : undefined),
    bucketKey: input.BucketKeyEnabled ?? (rule?.BucketKeyEnabled || undefined),
  };
}

/** The members that say in an answer how an object is encrypted. */
export function encryptionMembers({ algorithm, kmsKeyId, bucketKey }: ObjectEncryption): {
  ServerSideEncryption: "AES256" | "aws:kms";
  SSEKMSKeyId: string | undefined;
  BucketKeyEnabled: boolean | undefined;
} {
  return {
    ServerSideEncryption: algorithm as "AES256" | "aws:kms",
    SSEKMSKeyId: kmsKeyId,
    BucketKeyEnabled: bucketKey,
  };
}

/** New buckets have no ACLs ("bucket owner enforced"): S3 takes only those that say what holds anyway. */
function checkAcl(acl: string | undefined): void {
  if (acl !== undefined && acl !== "private" && acl !== "bucket-owner-full-control") {
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
  }
}
