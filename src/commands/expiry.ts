import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import { expiryText, isExpired } from "../records/expiry.ts";
import { hasGroup } from "../steps/redundancy/members.ts";
import { noEndWithGroup } from "../steps/redundancy/no-end.ts";
import type { Invocation } from "./command.ts";
import { ttlMinutes } from "./setting-rules.ts";
import type { Reached } from "./stack-session.ts";

/** An end that a command sets; `expiresAt` is absent where it takes an end away. */
export interface WantedExpiry {
  readonly expiresAt: string | undefined;
}

/** What --ttl says, counted from now. Undefined: nothing was said, so it stays as it is; that must not be over yet. */
export function wantedExpiry(
  { preferences: { ttl } }: Invocation,
  { clock, state }: Pick<Reached, "clock" | "state">,
): WantedExpiry | undefined {
  const now = clock.now();
  const minutes = ttl === undefined ? undefined : ttlMinutes(ttl);
  if (minutes === undefined) {
    // New instances with an end in the past would go at once.
    if (state?.expiresAt !== undefined && isExpired(state.expiresAt, now)) throw expired(state.expiresAt, now);
    return undefined;
  }
  if (minutes === Number.POSITIVE_INFINITY) return { expiresAt: undefined };
  if (state && hasGroup(state.steps)) throw noEndWithGroup();
  const end = Math.ceil(now.getTime() / 1000) * 1000 + minutes * 60_000;
  return { expiresAt: new Date(end).toISOString() };
}

/** From here on the steps see it; nothing is written yet. */
export function useExpiry({ store: { state } }: Session, wanted: WantedExpiry | undefined): void {
  if (!wanted) return;
  if (wanted.expiresAt === undefined) delete state.expiresAt;
  else state.expiresAt = wanted.expiresAt;
}

/** Written before anything is made, so that a run that is cut short is not taken for one without an end. */
export async function keepExpiry(session: Session, wanted: WantedExpiry | undefined): Promise<void> {
  if (!wanted) return;
  useExpiry(session, wanted);
  await session.save();
}

function expired(expiresAt: string, now: Date): Lecture05Error {
  return new Lecture05Error("STACK_EXPIRED", {
    what: { en: "The time of this stack is over", ja: "このスタックは有効期限を過ぎています" },
    why: expiryText(expiresAt, now),
    next: ["lecture05 up --ttl 4h", "lecture05 up --ttl none", "lecture05 destroy"],
  });
}
