import { Lecture05Error } from "../errors.ts";
import { inWords } from "../observed.ts";
import type { Clock } from "../steps/step.ts";
import type { LocalizedText } from "../text.ts";

/** What every adapter that waits needs. */
export interface AdapterOptions {
  readonly clock: Clock;
  /** How often a wait looks, in milliseconds. */
  readonly pollMs: number;
  /** Told what a longer wait has seen last, and for how long it has gone on. */
  readonly onWait?: ((message: LocalizedText) => void) | undefined;
  /** Answers with the caller's public IPv4 address as text. */
  readonly callerAddressUrl: string;
}

/** One look: done with a value, or not yet with what was seen. */
export type Look<T> = { readonly done: T } | { readonly seen: string };

/** Looks until it is done. Ends with WAIT_TIMED_OUT and what was seen last, so that the reason is never just "timeout". */
export async function waitUntil<T>(
  options: Pick<AdapterOptions, "clock" | "pollMs" | "onWait">,
  subject: LocalizedText,
  timeoutMs: number,
  look: () => Promise<Look<T>>,
): Promise<T> {
  const since = options.clock.now().getTime();
  const tell = teller(options, subject);
  for (;;) {
    const result = await look();
    if ("done" in result) return result.done;
    const elapsedMs = options.clock.now().getTime() - since;
    if (elapsedMs >= timeoutMs) {
      const seconds = Math.round(elapsedMs / 1000);
      throw new Lecture05Error("WAIT_TIMED_OUT", {
        what: { en: `Waited in vain: ${subject.en}`, ja: `待ち時間を超えました: ${subject.ja}` },
        why: { en: `After ${seconds} s: ${result.seen}`, ja: `${seconds} 秒後の状態: ${inWords(result.seen).ja}` },
        next: [
          {
            en: "Run the same command again: it goes on where it stopped",
            ja: "同じコマンドを実行すると続きから再開します",
          },
        ],
      });
    }
    tell(result.seen, elapsedMs);
    await options.clock.sleep(options.pollMs);
  }
}

/** What is over in moments need not be told, and what does not change not at every look. */
const quietMs = 5_000;
const repeatMs = 15_000;

function teller({ onWait }: Pick<AdapterOptions, "onWait">, subject: LocalizedText) {
  let told: { readonly seen: string; readonly atMs: number } | undefined;
  return (seen: string, elapsedMs: number): void => {
    if (elapsedMs < quietMs || (told?.seen === seen && elapsedMs - told.atMs < repeatMs)) return;
    told = { seen, atMs: elapsedMs };
    const seconds = Math.round(elapsedMs / 1000);
    onWait?.({
      en: `waiting ${subject.en}: ${seen} (${seconds} s)`,
      ja: `${subject.ja}を待っています: ${inWords(seen).ja} (${seconds} 秒)`,
    });
  };
}
