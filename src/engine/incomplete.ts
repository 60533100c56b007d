import { Lecture05Error } from "../errors.ts";
import type { Found, SweepAnswer } from "../ports/sweep.ts";
import type { Leftover } from "../steps/step.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import type { Session } from "./session.ts";
import type { Undone } from "./undo-step.ts";

const made = /^(?:ec2:(?:instance|volume|vpc|subnet|internet-gateway|route-table|security-group)|(?:iam|elbv2|s3):.*)$/;

/** The leftovers of a sweep with what the steps know about them. */
export function explain(left: readonly Found[], undone: Undone): Leftover[] {
  return left.map(({ type, id }) => {
    const reason = type === "ec2:network-interface" ? owned : made.test(type) ? unexplained : copied;
    return undone.leftovers.get(id) ?? { type, id, reason, blockers: [] };
  });
}

const unexplained: LocalizedText = { en: "still exists", ja: "まだ存在します" };
const owned: LocalizedText = {
  en: "goes with the instance or load balancer that has it",
  ja: "使用中のインスタンスまたはロードバランサーとともに削除されます",
};
/** Nothing that lecture05 makes: it got the tag from somebody, by hand or as a copy ("copy tags from volume"). */
const copied: LocalizedText = {
  en: "carries the stack's tag, but no step made it: delete it yourself, or take the tag off",
  ja: "スタックのタグが付いていますが、作成したステップがありません。手動で削除するか、タグを外してください",
};

/** One line for each leftover, each step that failed, and each question that has no answer. */
export function incomplete(
  session: Pick<Session, "translate">,
  left: readonly Leftover[],
  undone: Undone,
  unanswered: readonly SweepAnswer[],
): Lecture05Error {
  const lines: LocalizedText[] = [
    ...left.map(({ type, id, reason }) => ({ en: `${type} ${id}: ${reason.en}`, ja: `${type} ${id}: ${reason.ja}` })),
    ...undone.failures.map(({ step, error }) => {
      const text = wordsOf(error);
      return { en: `step ${step}: ${text.en}`, ja: `ステップ ${step}: ${text.ja}` };
    }),
    ...unanswered.map(({ service, subject, failure }) => {
      const text = wordsOf(session.translate(failure) ?? failure);
      return { en: `${service} ${subject}: no answer: ${text.en}`, ja: `${service} ${subject}: 応答なし: ${text.ja}` };
    }),
  ];
  const join = (language: keyof LocalizedText): string => lines.map((line) => line[language]).join("\n");
  return new Lecture05Error("DESTROY_INCOMPLETE", {
    what: headline(left.length, unanswered.length),
    why: { en: join("en"), ja: join("ja") },
    next: left.some(({ blockers }) => blockers.length > 0)
      ? [
          {
            en: "Remove what stands in the way: what is not this stack's is never deleted",
            ja: "使用元を取り除いてください。このスタックのものでなければ、lecture05 は削除しません",
          },
          "lecture05 destroy",
        ]
      : [
          "lecture05 destroy",
          {
            en: "Deletions that wait for each other often pass a minute later",
            ja: "依存関係のため、1 分ほど待つと削除できることがあります",
          },
        ],
    cause: undone.failures[0]?.error ?? unanswered[0]?.failure,
  });
}

function headline(left: number, unanswered: number): LocalizedText {
  const open = {
    en: `${unanswered} questions of the sweep have no answer`,
    ja: `確認の問い合わせ ${unanswered} 件に応答がありません`,
  };
  if (left === 0)
    return {
      en: `It is not proved that nothing is left: ${open.en}`,
      ja: `残りがないことを確認できません: ${open.ja}`,
    };
  const some = {
    en: `${left} ${left === 1 ? "resource is" : "resources are"} left`,
    ja: `${left} 個のリソースが残っています`,
  };
  return unanswered === 0 ? some : { en: `${some.en}, and ${open.en}`, ja: `${some.ja}。${open.ja}` };
}

function wordsOf(error: unknown): LocalizedText {
  if (error instanceof Lecture05Error) {
    const { what, why } = error.detail;
    return why ? { en: `${what.en}: ${why.en}`, ja: `${what.ja}: ${why.ja}` } : what;
  }
  const text = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n")[0] ?? "";
  return untranslated(text);
}
