import { backupBucketNameFor } from "../s3/bucket-name.ts";
import { backupData } from "./destroy.ts";
import { beginHostImage, checkHostImage, hostImages, keepHostImage } from "./host-image.ts";
import { backupIds, chooseBackup, newestManifest, readManifest, rowsOf, sizeOf, tablesText } from "./manifest.ts";
import { restoreInto, rowsNow } from "./restore.ts";
import { takeBackupNow } from "./take.ts";
import { checkContents } from "./verify.ts";

/** What commands do with backups, in one piece, so that it is loaded together with the steps and not beside them. */
export const backupOperations = {
  backupBucketNameFor,
  backupData,
  backupIds,
  beginHostImage,
  checkContents,
  checkHostImage,
  chooseBackup,
  hostImages,
  keepHostImage,
  newestManifest,
  readManifest,
  restoreInto,
  rowsNow,
  rowsOf,
  sizeOf,
  tablesText,
  takeBackupNow,
} as const;

export type BackupOperations = typeof backupOperations;
