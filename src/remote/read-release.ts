import type { RemoteScript } from "../ports/shell.ts";
import { currentLink } from "./paths.ts";
import { remoteScript } from "./script.ts";

/** Prints the name of the release that runs; nothing where there is none. */
export function readRelease(): RemoteScript {
  return remoteScript(
    "read-release",
    60_000,
    `if [ -e ${currentLink}/.prepared ]; then basename "$(readlink -f ${currentLink})"; fi`,
  );
}
