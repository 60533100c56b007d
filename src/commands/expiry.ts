import type { Session } from "../engine/session.ts";
import { isExpired } from "../records/expiry.ts";
import { stackExpired } from "../steps/expired.ts";
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
    requireTimeLeft({ clock, state });
    return undefined;
  }
  if (minutes === Number.POSITIVE_INFINITY) return { expiresAt: undefined };
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

/** New instances with an end in the past would go at once. */
export function requireTimeLeft({ clock, state }: Pick<Reached, "clock" | "state">): void {
  const now = clock.now();
  if (state?.expiresAt === undefined || !isExpired(state.expiresAt, now)) return;
  throw stackExpired(state.expiresAt, now, state.resources);
}
