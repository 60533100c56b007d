import type { DeleteResult, PolicyDocument, ResourceIdentity } from "./identity.ts";

/** What a bucket of ours is set to. All are true for a bucket that is as it should be. */
export interface BucketSettings {
  readonly publicAccessBlocked: boolean;
  readonly encrypted: boolean;
  readonly versioned: boolean;
}

/** Where AWS delivers access logs. */
export interface LogPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/** The keys of the pages that a bucket's website shows. */
export interface Website {
  /** For a folder, the whole site's included. */
  readonly index: string;
  /** For what is not there. */
  readonly error: string;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly versionId?: string;
  /** Without its quotes. */
  readonly etag?: string;
  readonly modifiedAt?: Date;
}

/** How long what lies in a bucket with versions is kept. */
export interface ExpiryRules {
  /** Days after which an object is deleted, by what its key begins with; others stay. */
  readonly currentDays: Readonly<Record<string, number>>;
  /** Days that a version is kept which is no longer the current one; undefined: for ever. */
  readonly noncurrentDays: number | undefined;
}

export interface EmptyOptions {
  readonly prefix?: string;
  /** Called after each batch of at most 1000 with the number so far; what it throws ends the work. */
  readonly onBatch?: (deleted: number) => Promise<void>;
}

export interface ObjectStorage {
  /** Undefined when there is none; throws BUCKET_NAME_TAKEN when it is not ours. */
  findBucket(stack: string, name: string): Promise<{ name: string } | undefined>;
  /**
   * Whether it is there and carries the stack's tag. A bucket of the same name that is somebody else's is none of ours;
   * throws ACCESS_DENIED for one of this account whose tags may not be read.
   */
  ownsBucket(stack: string, name: string): Promise<boolean>;
  createBucket(identity: ResourceIdentity, name: string): Promise<{ name: string }>;
  bucketSettings(name: string): Promise<BucketSettings>;
  blockPublicAccess(name: string): Promise<void>;
  /** Whether a policy may open it to everybody; ACLs may not in either case. */
  mayBePublic(name: string): Promise<boolean>;
  /**
   * Lets in everybody whom the policy lets in. Throws PUBLIC_PAGES_BLOCKED where the account or its organization forbids
   * that for all buckets.
   */
  openToEverybody(name: string, policy: PolicyDocument): Promise<void>;
  enableEncryption(name: string): Promise<void>;
  enableVersioning(name: string): Promise<void>;
  /** Where the requests to it are logged; undefined when they are not, or when it is gone. */
  findAccessLog(name: string): Promise<LogPlace | undefined>;
  /** Undefined switches it off; a bucket that is gone needs nothing. */
  setAccessLog(name: string, place: LogPlace | undefined): Promise<void>;
  /** After how many days every object is deleted; undefined: never. */
  findExpiryDays(name: string): Promise<number | undefined>;
  expireAfter(name: string, days: number): Promise<void>;
  /** Undefined for a bucket without rules, or with others than `ExpiryRules` can say. */
  findExpiryRules(name: string): Promise<ExpiryRules | undefined>;
  putExpiryRules(name: string, rules: ExpiryRules): Promise<void>;
  findBucketPolicy(name: string): Promise<PolicyDocument | undefined>;
  putBucketPolicy(name: string, policy: PolicyDocument): Promise<void>;
  /** Like `putBucketPolicy`; false when the bucket is gone. */
  closeBucket(name: string, policy: PolicyDocument): Promise<boolean>;
  /**
   * Deletes every version and delete marker and aborts every upload, of the whole bucket or under one prefix; returns how
   * many versions and markers went. Throws when objects may not be deleted, and when new ones keep coming.
   */
  emptyBucket(name: string, options?: EmptyOptions): Promise<number>;
  /** In use while it is not empty. */
  deleteBucket(name: string): Promise<DeleteResult>;

  listObjects(bucket: string, prefix: string): Promise<StoredObject[]>;
  /** The current objects, a page at a time, so that a large bucket need not fit into memory. None when it is gone. */
  eachObject(bucket: string, prefix: string): AsyncIterable<StoredObject>;
  /** Every version that is no delete marker, the current ones among them. None when it is gone. */
  eachVersion(bucket: string, prefix: string): AsyncIterable<StoredObject & { readonly versionId: string }>;
  /** Undefined when there is no current version under the key. */
  getObject(bucket: string, key: string): Promise<Uint8Array | undefined>;
  putObject(bucket: string, key: string, body: string, contentType: string): Promise<void>;

  /** Undefined for a bucket that shows no pages, or others than by these two keys. */
  findWebsite(name: string): Promise<Website | undefined>;
  putWebsite(name: string, website: Website): Promise<void>;
  /** Where a browser finds the pages, without a slash at the end; always by plain HTTP. */
  websiteUrl(name: string): string;
}
