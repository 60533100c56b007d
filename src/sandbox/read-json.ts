import { readFileSync } from "node:fs";
import { Lecture05Error } from "../errors.ts";

/** What a file of the sandbox's state holds. Throws STATE_CORRUPT for one that only a hand or a broken disk can have made. */
export function readJson(file: string, parse: (text: string) => object = JSON.parse): object {
  const text = readFileSync(file, "utf8");
  try {
    return parse(text);
  } catch (cause) {
    throw new Lecture05Error("STATE_CORRUPT", {
      what: { en: "The sandbox's state cannot be read", ja: "サンドボックスの状態ファイルを読み込めません" },
      why: { en: `${file} is not valid JSON`, ja: `${file} が正しい JSON ではありません` },
      next: [
        {
          en: "put back the file from a copy, or move it away: what it describes is then lost",
          ja: "控えからファイルを戻すか、別の場所へ移してください (移すとその内容は失われます)",
        },
        "lecture05 sandbox reset",
      ],
      cause,
    });
  }
}
