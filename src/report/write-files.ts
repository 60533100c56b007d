import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Lecture05Error } from "../errors.ts";
import { untranslated } from "../text.ts";

/** Path below the report's directory, to content. */
export type ReportFiles = ReadonlyMap<string, string | Buffer>;

export interface WriteResult {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
}

/** Folders that hold nothing but files of ours; what an earlier report left there is removed. */
const ownFolders = ["evidence", "sbom"];
const ownNames = /^[\w.-]+\.(png|svg|cdx\.json)$/;

/** Writes what differs from what is there. Files that are not ours are left alone. */
export function writeReport(directory: string, files: ReportFiles): WriteResult {
  const written: string[] = [];
  const unchanged: string[] = [];
  try {
    for (const [path, content] of files) {
      const file = join(directory, path);
      const bytes = Buffer.from(content);
      if (readIfThere(file)?.equals(bytes)) {
        unchanged.push(path);
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      // A rename, so that an open page never sees half a file.
      writeFileSync(`${file}.new`, bytes);
      renameSync(`${file}.new`, file);
      written.push(path);
    }
    for (const folder of ownFolders) removeStale(directory, folder, files);
  } catch (error) {
    throw new Lecture05Error("REPORT_UNWRITABLE", {
      what: { en: `The report cannot be written to ${directory}`, ja: `レポートを ${directory} に出力できません` },
      why: untranslated((error as Error).message),
      next: [{ en: "Name another directory: --out DIR", ja: "別のディレクトリを --out DIR で指定してください" }],
      cause: error,
    });
  }
  return { written, unchanged };
}

export function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function removeStale(directory: string, folder: string, files: ReportFiles): void {
  let names: string[];
  try {
    names = readdirSync(join(directory, folder));
  } catch {
    return;
  }
  for (const name of names) {
    if (ownNames.test(name) && !files.has(`${folder}/${name}`)) rmSync(join(directory, folder, name));
  }
}
