import { Lecture05Error } from "../errors.ts";
import { untranslated, type LocalizedText } from "../text.ts";

/** The state file is there, but it is no state. */
export function corrupt(file: string, reason: LocalizedText, cause?: unknown): Lecture05Error {
  return new Lecture05Error("STATE_CORRUPT", {
    what: { en: `The state file is damaged: ${file}`, ja: `状態ファイルが壊れています: ${file}` },
    why: reason,
    next: [
      "lecture05 adopt",
      {
        en: "adopt rebuilds it from the tags of what exists; the damaged file is kept beside it",
        ja: "adopt は既存リソースのタグから状態を再構築します。壊れたファイルは別名で残ります",
      },
    ],
    cause,
  });
}

/** For commands that only read: what they say of a damaged state is that of its last good copy. */
export function copyStandsIn({ detail: { what, why } }: Lecture05Error): LocalizedText {
  return {
    en: `${what.en} (${why?.en ?? ""}). Shown is its last good copy; the next \`lecture05 up\` restores it`,
    ja: `${what.ja} (${why?.ja ?? ""})。直前の正常なコピーを使っています。次の \`lecture05 up\` で復元されます`,
  };
}

/** It may be in perfect order, so nothing may replace it. */
export function unreadable(file: string, error: unknown): Lecture05Error {
  return new Lecture05Error("STATE_UNREADABLE", {
    what: { en: `The state file cannot be read: ${file}`, ja: `状態ファイルを読み込めません: ${file}` },
    why: untranslated((error as Error).message),
    next: [
      {
        en: "Check the file, its directory and their permissions; nothing was changed",
        ja: "ファイルとディレクトリ、それぞれの権限を確認してください。何も変更していません",
      },
    ],
    cause: error,
  });
}

export function newer(file: string, version: number, known: number): Lecture05Error {
  return new Lecture05Error("STATE_NEWER", {
    what: {
      en: "The state was written by a newer lecture05",
      ja: "状態ファイルは新しいバージョンの lecture05 で作成されています",
    },
    why: {
      en: `${file} has version ${version}, this lecture05 knows up to ${known}`,
      ja: `${file} のバージョンは ${version}、この lecture05 が扱えるのは ${known} までです`,
    },
    next: ["npm install lecture05@latest"],
  });
}

/** The disk is full, or file system or directory are read-only. `what` names what was to be written. */
export function unwritable(what: LocalizedText, error: unknown): Lecture05Error {
  return new Lecture05Error("STATE_UNWRITABLE", {
    what,
    why: untranslated((error as Error).message),
    next: [
      {
        en: "Free disk space or fix the permissions, then run the same command again: everything made is tagged and will be found",
        ja: "空き容量または権限を確認し、同じコマンドを実行してください。作成済みのリソースはタグから見つかります",
      },
      {
        en: "or keep the state elsewhere: --dir DIR",
        ja: "または --dir DIR で別の場所に状態を保存してください",
      },
    ],
    cause: error,
  });
}

/**
 * A linked file would be written through to a place that the lock beside the link does not guard: two directories
 * could write one state.
 */
export function linked(file: string, target: string): Lecture05Error {
  return new Lecture05Error("STATE_UNWRITABLE", {
    what: { en: `The state file is a symbolic link: ${file}`, ja: `状態ファイルがシンボリックリンクです: ${file}` },
    why: {
      en: `It points to ${target}, which this directory's lock does not guard`,
      ja: `リンク先 ${target} は、このディレクトリのロックでは保護されません`,
    },
    next: [
      {
        en: "Put the file itself here, or link the whole directory, or name it: --dir DIR",
        ja: "ファイルの実体を置くか、ディレクトリごとリンクするか、--dir DIR で指定してください",
      },
    ],
  });
}
