import type { DeleteResult, ResourceIdentity } from "./identity.ts";

/** A machine image of ours, with the snapshot of its one disk. */
export interface Image {
  readonly id: string;
  readonly name: string;
  /** AWS's own word: pending, available, failed, error, invalid … */
  readonly state: string;
  readonly stateReason?: string;
  /** The step that it was made for. */
  readonly step: string;
  readonly createdAt: Date;
  /** Its one disk's size, and whether that is encrypted; not known while it is pending. */
  readonly sizeGib?: number;
  readonly encrypted?: boolean;
  readonly snapshotIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface ImageRequest {
  readonly instanceId: string;
  /** Unique in the account and region. */
  readonly name: string;
  readonly description: string;
  /** Beside the tags that every resource of ours bears. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Images that are made of hosts. `find…` goes by the stack's tag. */
export interface Images {
  findImages(stack: string): Promise<Image[]>;
  /**
   * Begins an image of a running host, which is not stopped for it: what the host has written by then is in it. A repeat
   * with the same name returns what the first call made.
   */
  createImage(identity: ResourceIdentity, request: ImageRequest): Promise<Image>;
  waitUntilAvailable(imageId: string, timeoutMs: number): Promise<void>;
  /** Instances that were made from it run on. Its snapshot stays until it is deleted. */
  deregisterImage(imageId: string): Promise<DeleteResult>;
  findSnapshots(stack: string): Promise<{ readonly id: string; readonly step: string }[]>;
  /** In use while an image stands on it. */
  deleteSnapshot(snapshotId: string): Promise<DeleteResult>;
}
