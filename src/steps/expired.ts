import { Lecture05Error } from "../errors.ts";
import { expiryText, type Left } from "../records/expiry.ts";

/** For whoever would make hosts when the stack's time is over: they would go at once, or stay for good. */
export function stackExpired(expiresAt: string, now: Date, left: Left): Lecture05Error {
  return new Lecture05Error("STACK_EXPIRED", {
    what: { en: "The time of this stack is over", ja: "このスタックは有効期限を過ぎています" },
    why: expiryText(expiresAt, now, left),
    next: ["lecture05 up --ttl 4h", "lecture05 up --ttl none", "lecture05 destroy"],
  });
}
