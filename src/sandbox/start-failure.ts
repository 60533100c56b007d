import { readFileSync } from "node:fs";
import { Lecture05Error, type ErrorCode, type ErrorDetail } from "../errors.ts";
import { shellQuote } from "../remote/shell-quote.ts";
import { untranslated } from "../text.ts";
import { daemonErrorFile, daemonLogFile } from "./daemon-files.ts";

/** What the daemon itself found to be wrong, e.g. that there is no Docker engine. */
export function readStartError(home: string): Lecture05Error | undefined {
  try {
    const { code, detail } = JSON.parse(readFileSync(daemonErrorFile(home), "utf8")) as {
      code: ErrorCode;
      detail: ErrorDetail;
    };
    return new Lecture05Error(code, detail);
  } catch {
    return undefined;
  }
}

export function unavailable(home: string, ended: boolean): Lecture05Error {
  const lines = lastLines(home).join("\n");
  return new Lecture05Error("SANDBOX_UNAVAILABLE", {
    what: { en: "The sandbox's daemon did not start", ja: "サンドボックスのデーモンが起動しませんでした" },
    why: {
      en: ended ? `it ended at once; its log says:\n${lines}` : `it does not answer; its log says:\n${lines}`,
      ja: ended ? `すぐに終了しました。ログの末尾:\n${lines}` : `応答がありません。ログの末尾:\n${lines}`,
    },
    next: ["lecture05 doctor", `cat ${shellQuote(daemonLogFile(home))}`],
  });
}

export function homeUnwritable(home: string, cause: unknown): Lecture05Error {
  return new Lecture05Error("SANDBOX_UNAVAILABLE", {
    what: { en: `The sandbox cannot write to ${home}`, ja: `${home} にサンドボックスのデータを書き込めません` },
    why: untranslated((cause as Error).message),
    next: [
      {
        en: "Free disk space or fix the permissions, or set LECTURE05_SANDBOX_HOME to another directory",
        ja: "空き容量と権限を確認するか、LECTURE05_SANDBOX_HOME で別のディレクトリを指定してください",
      },
    ],
    cause,
  });
}

function lastLines(home: string, count = 8): string[] {
  try {
    return readFileSync(daemonLogFile(home), "utf8").trimEnd().split("\n").slice(-count);
  } catch {
    return [];
  }
}
