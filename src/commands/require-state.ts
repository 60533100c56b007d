import { Lecture05Error } from "../errors.ts";
import { readState } from "../state/read.ts";
import type { State } from "../state/schema.ts";
import type { Preferences } from "./settings.ts";

/** The state, for commands that are about something that stands already. */
export function requireState(preferences: Preferences): State {
  const state = readState(preferences.directory);
  if (state) return state;
  const { directory } = preferences;
  throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
    what: { en: "There is nothing here yet", ja: "まだ何も作成されていません" },
    why: { en: `No state in ${directory}`, ja: `${directory} に状態ファイルがありません` },
    next: ["lecture05 up", { en: "or name another directory: --dir DIR", ja: "別のディレクトリは --dir DIR で指定" }],
  });
}
