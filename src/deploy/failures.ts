import { Lecture05Error } from "../errors.ts";
import type { DeployCommand, DeployRecord } from "../state/deployment.ts";
import type { LocalizedText } from "../text.ts";
import type { Course } from "./run-deploy.ts";

interface Facts extends Course {
  readonly from: string;
  readonly to: string;
}

/** Why it is not done, and where the hosts are now. */
export function failed(
  command: DeployCommand,
  outcome: DeployRecord["outcome"],
  { detail, code }: Lecture05Error,
  facts: Facts,
): Lecture05Error {
  const { migrations, phase } = facts;
  const isBack = outcome === "went-back";
  const stay = {
    en: `${migrations} migrations have run, and stay`,
    ja: `マイグレーション ${migrations} 件は適用済みのままです`,
  };
  // Of a check the reason says it all.
  const parts = [code === "STEP_CHECK_FAILED" ? undefined : detail.what, detail.why, migrations > 0 ? stay : undefined];
  const joined = (language: "en" | "ja"): string => parts.flatMap((part) => part?.[language] ?? []).join(": ");
  return new Lecture05Error("DEPLOY_FAILED", {
    what: whereItIs(isBack, facts),
    why: { en: joined("en"), ja: joined("ja") },
    next: [
      ...(detail.next ?? []).filter((it) => typeof it === "string" && !it.startsWith("lecture05 step")),
      ...(isBack
        ? [{ en: `Correct it, then: lecture05 ${command}`, ja: `修正後に再実行: lecture05 ${command}` }]
        : [`lecture05 ${command}`, ...(phase === "launch" ? [] : ["lecture05 rollback"])]),
    ],
    cause: detail.cause,
  });
}

function whereItIs(isBack: boolean, { from, to, phase }: Facts): LocalizedText {
  if (phase === "launch") {
    return {
      en: `Every host has release ${to}, but hosts that the group launches would still have ${from}`,
      ja: `全ホストがリリース ${to} になりましたが、グループが新しく起動するホストはまだ ${from} です`,
    };
  }
  if (!isBack) {
    return {
      en: `Release ${to} was not brought to the hosts, and not every one could be brought back to ${from}`,
      ja: `リリース ${to} への切り替えに失敗し、元のリリース ${from} に戻せなかったホストがあります`,
    };
  }
  return phase === "prepare"
    ? {
        en: `Release ${to} could not be prepared; nothing was switched, release ${from} serves as before`,
        ja: `リリース ${to} を準備できませんでした。切り替えは行わず、リリース ${from} が稼働を続けています`,
      }
    : {
        en: `Release ${to} failed a check; every host has release ${from} again`,
        ja: `リリース ${to} の動作確認に失敗したため、全ホストをリリース ${from} に戻しました`,
      };
}

export function interruptedMidway(command: DeployCommand, to: string, phase: Course["phase"]): Lecture05Error {
  return new Lecture05Error("INTERRUPTED", {
    what: { en: "Interrupted", ja: "中断しました" },
    why:
      phase === "prepare"
        ? { en: "No host was changed yet", ja: "切り替えたホストはまだありません" }
        : {
            en: `Some hosts may have release ${to} and others the one before; what is in rotation serves`,
            ja: `リリース ${to} のホストと元のリリースのホストが混在しています (どちらも稼働中)`,
          },
    next: [`lecture05 ${command}`, ...(command === "deploy" ? ["lecture05 rollback"] : [])],
  });
}
