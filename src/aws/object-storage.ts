import type { PolicyDocument } from "../ports/identity.ts";
import type { ObjectStorage, StoredObject } from "../ports/object-storage.ts";
import type { Clients } from "./clients.ts";
import { deletion } from "./deletion.ts";
import { ensureBucket, ownsBucket, stateOfBucket } from "./object-storage/bucket-ownership.ts";
import { createBucketLogs } from "./object-storage/bucket-logs.ts";
import { createExpiryRules, eachVersion } from "./object-storage/versions.ts";
import { readSettings, unlessAbsent } from "./object-storage/bucket-settings.ts";
import { emptyBucket } from "./object-storage/empty-bucket.ts";
import { encryptionConfiguration, publicAccessBlock, versioningConfiguration } from "./object-storage/settings.ts";
import { createWebsites } from "./object-storage/websites.ts";
import { isAwsError } from "./translate-error.ts";
import type { AdapterOptions } from "./wait.ts";

/** S3 through the SDK. */
export function createObjectStorage(
  clients: Pick<Clients, "s3">,
  options: {
    readonly region: string;
    readonly account: string;
    /** Another than AWS's own. */
    readonly endpoint?: string | undefined;
  } & Pick<AdapterOptions, "clock">,
): ObjectStorage {
  const context = { clients, ...options };

  return {
    async findBucket(stack, name) {
      // An unfinished one is as good as none: creating it again tags it.
      return (await stateOfBucket(context, stack, name)) === "ours" ? { name } : undefined;
    },

    ownsBucket: (stack, name) => ownsBucket(context, stack, name),

    async createBucket(identity, name) {
      await ensureBucket(context, identity, name);
      return { name };
    },

    bucketSettings: async (name) => readSettings(await clients.s3(), name),

    async blockPublicAccess(name) {
      const { PutPublicAccessBlockCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      await s3.send(
        new PutPublicAccessBlockCommand({ Bucket: name, PublicAccessBlockConfiguration: publicAccessBlock }),
      );
    },

    async enableEncryption(name) {
      const { PutBucketEncryptionCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: name, ServerSideEncryptionConfiguration: encryptionConfiguration };
      await (await clients.s3()).send(new PutBucketEncryptionCommand(request));
    },

    async enableVersioning(name) {
      const { PutBucketVersioningCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: name, VersioningConfiguration: versioningConfiguration };
      await (await clients.s3()).send(new PutBucketVersioningCommand(request));
    },

    ...createBucketLogs(clients),
    ...createExpiryRules(clients),
    ...createWebsites(clients, options),

    async findBucketPolicy(name) {
      const { GetBucketPolicyCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchBucketPolicy", () =>
        s3.send(new GetBucketPolicyCommand({ Bucket: name })),
      );
      return found?.Policy === undefined ? undefined : (JSON.parse(found.Policy) as PolicyDocument);
    },

    async putBucketPolicy(name, policy) {
      const { PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
      await (await clients.s3()).send(new PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify(policy) }));
    },

    async closeBucket(name, policy) {
      const { PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
      const command = new PutBucketPolicyCommand({ Bucket: name, Policy: JSON.stringify(policy) });
      return (await deletion(async () => (await clients.s3()).send(command), "NoSuchBucket")) !== "absent";
    },

    emptyBucket: async (name, how) => emptyBucket({ s3: await clients.s3(), clock: options.clock }, name, how),

    async deleteBucket(name) {
      const { DeleteBucketCommand } = await import("@aws-sdk/client-s3");
      const command = new DeleteBucketCommand({ Bucket: name });
      return deletion(async () => (await clients.s3()).send(command), "NoSuchBucket");
    },

    async listObjects(bucket, prefix) {
      const objects: StoredObject[] = [];
      for await (const object of eachObject(clients, bucket, prefix)) objects.push(object);
      return objects;
    },

    eachObject: (bucket, prefix) => eachObject(clients, bucket, prefix),

    eachVersion: (bucket, prefix) => eachVersion(clients, bucket, prefix),

    async getObject(bucket, key) {
      const { GetObjectCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchKey", () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
      return found?.Body?.transformToByteArray();
    },
  };
}

async function* eachObject(
  clients: Pick<Clients, "s3">,
  bucket: string,
  prefix: string,
): AsyncGenerator<StoredObject, void, undefined> {
  const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
  try {
    for await (const page of paginateListObjectsV2(
      { client: await clients.s3() },
      { Bucket: bucket, Prefix: prefix },
    )) {
      for (const { Key = "", Size = 0, ETag, LastModified } of page.Contents ?? []) {
        yield {
          key: Key,
          sizeBytes: Size,
          ...(ETag === undefined ? {} : { etag: ETag.replaceAll('"', "") }),
          ...(LastModified === undefined ? {} : { modifiedAt: LastModified }),
        };
      }
    }
  } catch (error) {
    if (!isAwsError(error, "NoSuchBucket")) throw error;
  }
}
