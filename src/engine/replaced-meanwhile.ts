import { Lecture05Error } from "../errors.ts";
import { followHosts } from "./follow-hosts.ts";
import type { Session } from "./session.ts";

export const hostIdsOf = ({ store }: Session): string[] => store.state.hosts.map(({ instanceId }) => instanceId);

/**
 * Those of these hosts that are none any more: an Auto Scaling group has ended them while the session was at work. It goes
 * on with those that there are. None where there is no group, or AWS does not say.
 */
export async function replacedMeanwhile(session: Session, before: readonly string[]): Promise<string[]> {
  if (session.signal.aborted) return [];
  await followHosts(session).catch(() => {});
  const now = hostIdsOf(session);
  return before.filter((id) => !now.includes(id));
}

/** The failure of a command, with what was not its fault: what a host that is gone did not answer is no fault of the stack. */
export async function explainReplacement(
  session: Session,
  before: readonly string[],
  error: unknown,
): Promise<unknown> {
  const failure = session.translate(error);
  // What was not begun, or was ended by a person, has not met a host that went.
  if (!failure || ["INTERRUPTED", "DECLINED", "USAGE", "DRILL_REFUSED"].includes(failure.code)) return error;
  const gone = await replacedMeanwhile(session, before);
  if (gone.length === 0) return error;
  const { what, why, next, cause } = failure.detail;
  const ids = gone.join(", ");
  return new Lecture05Error(failure.code, {
    what,
    why: {
      en: `${why ? `${why.en}. ` : ""}Meanwhile the Auto Scaling group has ended ${ids}, and puts another host in its place`,
      ja: `${why ? `${why.ja}。` : ""}実行中に Auto Scaling グループが ${ids} を終了しました。別のホストに置き換えられます`,
    },
    next: [{ en: "Run the same command again", ja: "同じコマンドをもう一度実行してください" }, ...(next ?? [])],
    cause,
  });
}
