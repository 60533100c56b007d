import type { RemoteScript } from "../ports/shell.ts";
import { remoteScript } from "./script.ts";

/** An image of a running host holds what has reached the disk. */
export function syncDisk(): RemoteScript {
  return remoteScript("sync-disk", 60_000, "sync");
}
