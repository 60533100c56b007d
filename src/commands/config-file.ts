import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Lecture05Error } from "../errors.ts";
import { shown, untranslated, type LocalizedText } from "../text.ts";
import { settingNames, type SettingName } from "./setting-rules.ts";
import { suggest } from "./suggest.ts";

export const configFileName = "lecture05.config.json";

/** So few settings do not fill a megabyte; a mistaken link to something huge should not fill the memory. */
const maximumBytes = 1024 * 1024;

/** The file's keys, all of them known; their values are not checked yet. Empty when there is no file. */
export function readConfigFile(cwd: string): Readonly<Partial<Record<SettingName, unknown>>> {
  const file = join(cwd, configFileName);
  const text = readText(file);
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's words quote the text around the mistake.
    throw invalid(file, untranslated(shown((error as Error).message)));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(file, { en: "It must be one object: { … }", ja: "1 つのオブジェクト { … } にしてください" });
  }
  for (const key of Object.keys(value)) {
    // Editors look for the schema's address there.
    if (key === "$schema" || settingNames.includes(key as SettingName)) continue;
    throw invalid(file, unknownKey(key));
  }
  return value;
}

function readText(file: string): string | undefined {
  let bytes: Buffer;
  try {
    const stat = statSync(file);
    // Reading a pipe would wait for a writer, a device may never end.
    if (!stat.isFile()) throw invalid(file, { en: "It is no regular file", ja: "通常のファイルではありません" });
    if (stat.size > maximumBytes) throw invalid(file, { en: "It is larger than 1 MB", ja: "1 MB を超えています" });
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof Lecture05Error) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw invalid(file, untranslated(message));
  }
  try {
    // Also takes a byte order mark away.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid(file, { en: "It is not UTF-8", ja: "UTF-8 ではありません" });
  }
}

function unknownKey(key: string): LocalizedText {
  const meant = suggest(key, settingNames);
  const list = settingNames.join(", ");
  return {
    en: `Unknown key "${shown(key)}"${meant ? `: did you mean "${meant}"?` : ""} Known keys: ${list}`,
    ja: `不明なキー "${shown(key)}" があります。${meant ? `"${meant}" ではありませんか？ ` : ""}使えるキー: ${list}`,
  };
}

function invalid(file: string, why: LocalizedText): Lecture05Error {
  return new Lecture05Error("CONFIG_INVALID", {
    what: { en: `The configuration file is not valid: ${file}`, ja: `設定ファイルが正しくありません: ${file}` },
    why,
    next: [{ en: `Correct ${configFileName}`, ja: `${configFileName} を修正してください` }],
  });
}
