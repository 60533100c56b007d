import type { DeleteResult } from "../ports/identity.ts";
import { isAwsError } from "./translate-error.ts";

const inUse = [
  "DependencyViolation",
  "ResourceInUse",
  "ResourceInUseException",
  "DeleteConflict",
  "DeleteConflictException",
  "InvalidGroup.InUse",
  "InvalidIPAddress.InUse",
  "VolumeInUse",
  "BucketNotEmpty",
  "InvalidDBInstanceState",
  "InvalidDBInstanceStateFault",
  "InvalidDBSubnetGroupState",
  "InvalidDBSubnetGroupStateFault",
];

/** Runs a deletion: what is not there is absent, what something else needs is in use, any other error is thrown. */
export async function deletion(run: () => Promise<unknown>, ...absentNames: readonly string[]): Promise<DeleteResult> {
  try {
    await run();
    return "deleted";
  } catch (error) {
    if (isAwsError(error, ...absentNames)) return "absent";
    if (isAwsError(error, ...inUse)) return "in-use";
    throw error;
  }
}

/** Runs a call whose effect may be there already; these error names then mean success. */
export async function tolerate(run: () => Promise<unknown>, ...names: readonly string[]): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isAwsError(error, ...names)) throw error;
  }
}
