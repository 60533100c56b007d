import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf, inTokyo, startS3 } from "./s3-sandbox.ts";

const Bucket = "bucket-of-the-test";

test("a new bucket is as AWS makes it: closed, encrypted, without ACLs, without versions", async () => {
  const { s3 } = await startS3();
  const made = await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  expect(made.Location).toBe(`/${Bucket}`);
  expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
  const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } },
  ]);
  const { OwnershipControls } = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
  expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerEnforced" }]);
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe("ap-northeast-1");
  expect((await s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("ap-northeast-1");
  expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toMatchObject([{ Permission: "FULL_CONTROL" }]);
  expect(await errorOf(s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ACL: "public-read" })))).toBe(
    "AccessControlListNotSupported 400",
  );
});

test.each([
  "ab",
  "Upper",
  "under_score",
  "-start",
  "end-",
  "two..dots",
  "192.168.1.1",
  "xn--name",
  "name-s3alias",
  "x".repeat(64),
])("the bucket name %j is refused", async (name) => {
  const { s3 } = await startS3();
  const command = new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: inTokyo });
  expect(await errorOf(s3.send(command))).toBe("InvalidBucketName 400");
});

test("regions: a bucket is made where the request was signed for", async () => {
  const { s3, client } = await startS3();
  const create = (Bucket: string, region?: string) =>
    new CreateBucketCommand({
      Bucket,
      ...(region ? { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } } : {}),
    });
  expect(await errorOf(s3.send(create("elsewhere", "eu-west-1")))).toBe("IllegalLocationConstraintException 400");
  expect(await errorOf(s3.send(create("nowhere", "mars")))).toBe("InvalidLocationConstraint 400");
  const virginia = client({ region: "us-east-1" });
  await virginia.send(create("in-virginia"));
  await virginia.send(create("in-virginia"));
  expect(
    (await virginia.send(new GetBucketLocationCommand({ Bucket: "in-virginia" }))).LocationConstraint,
  ).toBeUndefined();
});

test("names are given once; buckets are listed in order, in pages, and gone when deleted", async () => {
  const { s3 } = await startS3();
  const create = (name: string) =>
    s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: inTokyo }));
  const twice = await Promise.all([errorOf(create("ccc")), errorOf(create("ccc"))]);
  expect(twice.toSorted()).toEqual(["BucketAlreadyOwnedByYou 409", "no error"]);
  await create("aaa");
  await create("bbb");
  const page = await s3.send(new ListBucketsCommand({ MaxBuckets: 2 }));
  expect(page.Buckets?.map((it) => it.Name)).toEqual(["aaa", "bbb"]);
  const { ContinuationToken } = page;
  expect((await s3.send(new ListBucketsCommand({ ContinuationToken }))).Buckets?.map((it) => it.Name)).toEqual(["ccc"]);
  await s3.send(new PutObjectCommand({ Bucket: "aaa", Key: "k", Body: "x" }));
  expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket: "aaa" })))).toBe("BucketNotEmpty 409");
  await s3.send(new DeleteBucketCommand({ Bucket: "bbb" }));
  expect(await errorOf(s3.send(new HeadBucketCommand({ Bucket: "bbb" })))).toBe("NotFound 404");
  expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket: "bbb" })))).toBe("NoSuchBucket 404");
});

test("creating and deleting the same name side by side ends in a bucket or in none", async () => {
  const { s3, sandbox } = await startS3();
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      errorOf(
        i % 2 === 0
          ? s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }))
          : s3.send(new DeleteBucketCommand({ Bucket })),
      ),
    ),
  );
  const expected = new Set(["no error", "BucketAlreadyOwnedByYou 409", "NoSuchBucket 404"]);
  expect(outcomes.filter((outcome) => !expected.has(outcome))).toEqual([]);
  expect(sandbox.logged).toEqual([]);
  await errorOf(s3.send(new DeleteBucketCommand({ Bucket })));
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
});

test("settings are kept over a restart and can be taken away", async () => {
  const { s3, sandbox } = await startS3();
  const tags = [{ Key: "Date", Value: "2026-01-01T00:00:00.000Z" }];
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { ...inTokyo, Tags: [{ Key: "first", Value: "1" }] },
    }),
  );
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual([{ Key: "first", Value: "1" }]);
  const rules: LifecycleRule[] = [
    { ID: "r", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Date: new Date("2030-01-01T00:00:00Z") } },
  ];
  const cors = [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"], MaxAgeSeconds: 5 }];
  const website = { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "404.html" } };
  const kms = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const } };
  const logging = { TargetBucket: Bucket, TargetPrefix: "log/" };
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules } }));
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: cors } }));
  await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: website }));
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [kms] } }));
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled: logging } }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const ownership = { Rules: [{ ObjectOwnership: "ObjectWriter" as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }));
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }));

  const again = (await startS3(sandbox.home)).s3;
  expect((await again.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(tags);
  expect((await again.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(rules);
  expect((await again.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(cors);
  expect(await again.send(new GetBucketWebsiteCommand({ Bucket }))).toMatchObject(website);
  const encryption = await again.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(encryption.ServerSideEncryptionConfiguration?.Rules).toMatchObject([kms]);
  expect((await again.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled).toEqual(logging);
  expect((await again.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
  expect((await again.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls).toEqual(ownership);
  const block = await again.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect(block.PublicAccessBlockConfiguration).toMatchObject({ BlockPublicAcls: true, BlockPublicPolicy: false });

  await again.send(new DeleteBucketTaggingCommand({ Bucket }));
  await again.send(new DeleteBucketLifecycleCommand({ Bucket }));
  await again.send(new DeleteBucketCorsCommand({ Bucket }));
  await again.send(new DeleteBucketWebsiteCommand({ Bucket }));
  await again.send(new DeleteBucketEncryptionCommand({ Bucket }));
  await again.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
  await again.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const gone = await Promise.all([
    errorOf(again.send(new GetBucketTaggingCommand({ Bucket }))),
    errorOf(again.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
    errorOf(again.send(new GetBucketCorsCommand({ Bucket }))),
    errorOf(again.send(new GetBucketWebsiteCommand({ Bucket }))),
    errorOf(again.send(new GetBucketOwnershipControlsCommand({ Bucket }))),
    errorOf(again.send(new GetPublicAccessBlockCommand({ Bucket }))),
  ]);
  expect(gone).toEqual([
    "NoSuchTagSet 404",
    "NoSuchLifecycleConfiguration 404",
    "NoSuchCORSConfiguration 404",
    "NoSuchWebsiteConfiguration 404",
    "OwnershipControlsNotFoundError 404",
    "NoSuchPublicAccessBlockConfiguration 404",
  ]);
  const standard = await again.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(standard.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe(
    "AES256",
  );
});

test("settings that make no sense are refused", async () => {
  const { s3 } = await startS3();
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  const tag = (TagSet: { Key: string; Value: string }[]) =>
    errorOf(s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })));
  expect(await tag([{ Key: "aws:x", Value: "1" }])).toBe("InvalidTag 400");
  expect(
    await tag([
      { Key: "k", Value: "1" },
      { Key: "k", Value: "2" },
    ]),
  ).toBe("InvalidTag 400");
  const logging = { LoggingEnabled: { TargetBucket: "no-such-bucket", TargetPrefix: "" } };
  expect(await errorOf(s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: logging })))).toBe(
    "InvalidTargetBucketForLogging 400",
  );
  expect(await errorOf(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: {} })))).toBe(
    "IllegalVersioningConfigurationException 400",
  );
  expect(await errorOf(s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: "111111111111" })))).toMatch(
    /403$/,
  );
});
