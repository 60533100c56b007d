import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

declare const LECTURE05_VERSION: string | undefined;

/** The build puts the version in; from source there is none. */
export const version: string = typeof LECTURE05_VERSION === "string" ? LECTURE05_VERSION : "0.0.0-dev";

/** The package's directory: the nearest one above this file (bundled or not) that has a package.json of ours. */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (manifestOf(directory)?.name === "lecture05") return directory;
    const parent = dirname(directory);
    if (parent === directory) throw new Error("package.json of lecture05 was not found");
    directory = parent;
  }
}

/** Where bugs are reported. */
export function bugsUrl(): string {
  const { bugs, homepage } = manifestOf(packageDirectory()) ?? {};
  return (typeof bugs === "string" ? bugs : bugs?.url) ?? homepage ?? "https://www.npmjs.com/package/lecture05";
}

interface Manifest {
  readonly name?: string;
  readonly homepage?: string;
  readonly bugs?: string | { readonly url?: string };
}

function manifestOf(directory: string): Manifest | undefined {
  const file = join(directory, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
}
