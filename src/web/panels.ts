import { inWords } from "../observed.ts";
import type { RunRecord } from "../records/run-record.ts";
import type { Language, LocalizedText } from "../text.ts";
import type { WebHealth } from "./facts.ts";

export interface CellView {
  readonly text: string;
  readonly tone: "" | "ok" | "bad";
}

export interface OutputView {
  readonly note: string;
  readonly lines: readonly { readonly text: string; readonly heading?: string }[];
}

export interface HealthView {
  readonly note: string;
  readonly targets: readonly (readonly CellView[])[];
  readonly differences: readonly (readonly CellView[])[];
  readonly requestsNote: string;
  readonly requests: readonly (readonly CellView[])[];
}

/** The lines that the hosts printed. */
export function buildOutput(run: RunRecord | undefined, isActive: boolean, language: Language): OutputView {
  const lines = (run?.output ?? []).map(({ text, script, instanceId }) => ({
    text,
    ...(script === undefined ? {} : { heading: `$ ${script} (${instanceId ?? ""})` }),
  }));
  const note: LocalizedText =
    lines.length === 0
      ? isActive
        ? {
            en: "Nothing yet: commands that take longer than some seconds are shown while they run.",
            ja: "まだ出力はありません (数秒以上かかるコマンドの出力が実行中に表示されます)。",
          }
        : { en: "No command is running.", ja: "実行中のコマンドはありません。" }
      : isActive
        ? { en: "The last lines, without secrets.", ja: "最新の出力 (秘密情報は伏せています)。" }
        : {
            en: "The last lines of the last run, without secrets.",
            ja: "前回の実行の最後の出力 (秘密情報は伏せています)。",
          };
  return { note: note[language], lines };
}

/** `problem`: why nothing newer is known. */
export function buildHealth(
  health: WebHealth | undefined,
  problem: LocalizedText | undefined,
  zones: ReadonlyMap<string, string>,
  language: Language,
): HealthView {
  const say = (text: LocalizedText): string => text[language];
  const plain = (text: string): CellView => ({ text, tone: "" });
  const asked = health
    ? say({ en: `Asked at ${clockOf(health.at)} UTC.`, ja: `${clockOf(health.at)} UTC 時点` })
    : say({ en: "Not asked yet.", ja: "まだ問い合わせていません。" });
  const note = problem ? `${say(problem)}${health ? ` ${asked}` : ""}` : asked;
  const none = say({ en: "No target is registered.", ja: "登録済みターゲットはありません。" });
  return {
    note: health && health.targets.length === 0 ? `${note} ${none}` : note,
    targets: (health?.targets ?? []).map(({ instanceId, state, reason }) => [
      plain(instanceId),
      plain(zones.get(instanceId) ?? "-"),
      { text: [say(inWords(state)), reason].filter(Boolean).join(": "), tone: state === "healthy" ? "ok" : "bad" },
    ]),
    differences: (health?.differences ?? []).map(({ subject, expected, observed }) => [
      plain(subject),
      plain(say(inWords(expected))),
      { text: say(inWords(observed)), tone: "bad" },
    ]),
    requestsNote:
      health && health.requests.length > 0
        ? asked
        : say({ en: "Counted as soon as Nginx stands.", ja: "Nginx の準備ができると表示されます。" }),
    requests: (health?.requests ?? []).map(({ instanceId, visitors, healthChecks, perMinute }) => [
      plain(instanceId),
      plain(String(visitors)),
      plain(String(healthChecks)),
      plain(perMinute === undefined ? "-" : String(perMinute)),
    ]),
  };
}

const clockOf = (at: Date): string => at.toISOString().slice(11, 19);
