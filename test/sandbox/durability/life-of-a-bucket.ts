import * as S3 from "@aws-sdk/client-s3";
import { policy, type Change, type Clients } from "./clients.ts";

export async function keepObjects({ s3 }: Clients, change: Change): Promise<void> {
  const Bucket = "life-of-a-stack";
  const CreateBucketConfiguration = { LocationConstraint: "ap-northeast-1" } as const;
  await change(() => s3.send(new S3.CreateBucketCommand({ Bucket, CreateBucketConfiguration })));
  await configureBucket({ s3 }, change, Bucket);
  const Tagging = { TagSet: [{ Key: "a", Value: "b" }] };
  await change(() => s3.send(new S3.PutObjectCommand({ Bucket, Key: "k", Body: "bytes" })));
  await change(() => s3.send(new S3.PutObjectCommand({ Bucket, Key: "k", Body: "other bytes" })));
  await change(() => s3.send(new S3.PutObjectTaggingCommand({ Bucket, Key: "k", Tagging })));
  await change(() => s3.send(new S3.DeleteObjectTaggingCommand({ Bucket, Key: "k" })));
  const CopySource = `${Bucket}/k`;
  await change(() => s3.send(new S3.CopyObjectCommand({ Bucket, Key: "copy", CopySource })));
  for (const Key of ["whole", "broken off"]) {
    const { UploadId } = await change(() => s3.send(new S3.CreateMultipartUploadCommand({ Bucket, Key })));
    const upload = { Bucket, Key, UploadId };
    const part = await change(() => s3.send(new S3.UploadPartCommand({ ...upload, PartNumber: 1, Body: "part" })));
    await change(() => s3.send(new S3.UploadPartCopyCommand({ ...upload, PartNumber: 2, CopySource })));
    if (Key === "whole") {
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
      await change(() => s3.send(new S3.CompleteMultipartUploadCommand({ ...upload, MultipartUpload })));
    } else await change(() => s3.send(new S3.AbortMultipartUploadCommand(upload)));
  }
  await change(() => s3.send(new S3.DeleteObjectCommand({ Bucket, Key: "k" })));
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new S3.ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await change(() => s3.send(new S3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] } })));
  }
  await change(() => s3.send(new S3.DeleteBucketCommand({ Bucket })));
}

async function configureBucket({ s3 }: Pick<Clients, "s3">, change: Change, Bucket: string): Promise<void> {
  const TagSet = [{ Key: "a", Value: "b" }];
  const rules = [{ ID: "old", Status: "Enabled" as const, Prefix: "", Expiration: { Days: 1 } }];
  const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }];
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
  const owned = { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" as const }] };
  const VersioningConfiguration = { Status: "Enabled" as const };
  const IndexDocument = { Suffix: "index.html" };
  const Policy = policy({ Principal: "*", Resource: `arn:aws:s3:::${Bucket}/*` }, "s3:GetObject");
  const PublicAccessBlockConfiguration = { BlockPublicPolicy: false };
  await change(() => s3.send(new S3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration })));
  await change(() => s3.send(new S3.PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })));
  await change(() => s3.send(new S3.DeleteBucketTaggingCommand({ Bucket })));
  const LifecycleConfiguration = { Rules: rules };
  await change(() => s3.send(new S3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration })));
  await change(() => s3.send(new S3.DeleteBucketLifecycleCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })));
  await change(() => s3.send(new S3.DeleteBucketCorsCommand({ Bucket })));
  const ServerSideEncryptionConfiguration = { Rules };
  await change(() => s3.send(new S3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration })));
  await change(() => s3.send(new S3.DeleteBucketEncryptionCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: owned })));
  await change(() => s3.send(new S3.DeleteBucketOwnershipControlsCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: { IndexDocument } })));
  await change(() => s3.send(new S3.DeleteBucketWebsiteCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} })));
  await change(() => s3.send(new S3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })));
  await change(() => s3.send(new S3.DeletePublicAccessBlockCommand({ Bucket })));
  await change(() => s3.send(new S3.PutBucketPolicyCommand({ Bucket, Policy })));
  await change(() => s3.send(new S3.DeleteBucketPolicyCommand({ Bucket })));
}
