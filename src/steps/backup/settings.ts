import type { ExpiryRules } from "../../ports/object-storage.ts";

/** How long a backup is kept. */
export const retentionDays = 30;

/** So many images of the host are kept; each costs what its disk holds. */
export const imagesKept = 3;

/** A backup is due after a day, and the timer looks every hour. */
export const youngHours = 26;

/**
 * The manifest goes first: what has none is no backup. A copy that was overwritten or marked as deleted stays until the
 * last backup that names it is gone.
 */
export const expiryRules: ExpiryRules = {
  currentDays: { "inventory/": retentionDays + 1, "manifests/": retentionDays, "rows/": retentionDays + 1 },
  noncurrentDays: retentionDays + 1,
};

/** For a bucket whose stack is gone: nothing in it expires any more, because nothing new comes. */
export const keptForGood: ExpiryRules = { currentDays: {}, noncurrentDays: undefined };

export const manifestPrefix = "manifests/";
export const copyPrefix = "objects/";
export const ownPrefixes: readonly string[] = [manifestPrefix, copyPrefix, "rows/", "inventory/", "lease"];

/** As the hosts name what is not the application's; see the program that takes backups. */
export const leftOut: readonly string[] = ["logs/", "lecture05-diagnose/"];
