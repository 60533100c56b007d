import type { ObjectStorage } from "../../ports/object-storage.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";
import { unlessAbsent } from "./bucket-settings.ts";
import { expiryConfiguration } from "./settings.ts";

type Part = Pick<ObjectStorage, "findAccessLog" | "setAccessLog" | "findExpiryDays" | "expireAfter">;

/** Server access logging of a bucket, and how long the objects of another one are kept. */
export function createBucketLogs(clients: Pick<Clients, "s3">): Part {
  return {
    async findAccessLog(name) {
      const { GetBucketLoggingCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchBucket", () => s3.send(new GetBucketLoggingCommand({ Bucket: name })));
      const { TargetBucket, TargetPrefix = "" } = found?.LoggingEnabled ?? {};
      return TargetBucket === undefined ? undefined : { bucket: TargetBucket, prefix: TargetPrefix };
    },

    async setAccessLog(name, place) {
      const { PutBucketLoggingCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const on = place && { LoggingEnabled: { TargetBucket: place.bucket, TargetPrefix: place.prefix } };
      const request = { Bucket: name, BucketLoggingStatus: on ?? {} };
      try {
        await s3.send(new PutBucketLoggingCommand(request));
      } catch (error) {
        if (place || !isAwsError(error, "NoSuchBucket")) throw error;
      }
    },

    async findExpiryDays(name) {
      const { GetBucketLifecycleConfigurationCommand } = await import("@aws-sdk/client-s3");
      const s3 = await clients.s3();
      const found = await unlessAbsent("NoSuchLifecycleConfiguration", () =>
        s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name })),
      );
      const rules = found?.Rules ?? [];
      const forAll = rules.find(({ Status, Filter }) => Status === "Enabled" && (Filter?.Prefix ?? "") === "");
      return forAll?.Expiration?.Days;
    },

    async expireAfter(name, days) {
      const { PutBucketLifecycleConfigurationCommand } = await import("@aws-sdk/client-s3");
      const request = { Bucket: name, LifecycleConfiguration: expiryConfiguration(days) };
      await (await clients.s3()).send(new PutBucketLifecycleConfigurationCommand(request));
    },
  };
}
