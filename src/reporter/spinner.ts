import ora from "ora";
import type { Count } from "../count.ts";
import type { Language } from "../text.ts";
import { countTexts } from "./count-text.ts";
import { elapsedText } from "./duration.ts";
import type { OutputStream } from "./reporter.ts";
import { truncate, widestWidth } from "./width.ts";

/** A turning sign with what is being done now and for how long. Only for terminals; ora is loaded only for them. */
export interface Spinner {
  /** Starts counting anew. */
  begin(): void;
  /** How long it takes as a rule, in milliseconds; shown beside the time until the next `begin`. */
  expect(durationMs: number): void;
  show(text: string, count?: Count): void;
  hide(): void;
}

/** Below this there is no room for the time as well. */
const columnsForTime = 30;
/** Nor below this for how long it usually takes. */
const columnsForExpectation = 50;
/** So much of the words has to stay beside a count. */
const shortestText = 24;
/** The turning sign and the blank after it; one column stays free, because some terminals wrap a full line. */
const surroundings = 3;

export function createSpinner(stream: OutputStream, language: Language): Spinner {
  let startedAt = performance.now();
  let expectedMs: number | undefined;
  let wanted = "";
  let count: Count | undefined;
  const columns = (): number => stream.columns ?? 80;
  const elapsed = (): string => {
    if (columns() < columnsForTime) return "";
    const expected = columns() < columnsForExpectation ? undefined : expectedMs;
    return `(${elapsedText(performance.now() - startedAt, expected, language)})`;
  };
  const fit = (): string => {
    const time = elapsed();
    const room = columns() - surroundings - (time ? widestWidth(time) + 1 : 0);
    // The count is what moves: rather than it, the words before it are cut.
    for (const counted of count ? countTexts(count, language) : []) {
      const left = room - widestWidth(counted) - 1;
      if (left >= Math.min(widestWidth(wanted), shortestText)) return `${truncate(wanted, left)} ${counted}`;
    }
    return truncate(wanted, room);
  };
  const spinner = ora({
    stream,
    isEnabled: true,
    // The terminal's Ctrl-C must reach our own handler, which lets the call in flight finish.
    discardStdin: false,
    suffixText: () => {
      // A line that wraps cannot be taken away again; the terminal may have become smaller, the time longer.
      spinner.text = fit();
      return elapsed();
    },
  });
  return {
    begin() {
      startedAt = performance.now();
      expectedMs = undefined;
    },
    expect: (durationMs) => (expectedMs = durationMs),
    show(text, counted) {
      wanted = text.replaceAll("\n", " ");
      count = counted;
      spinner.text = fit();
      if (!spinner.isSpinning) spinner.start();
    },
    hide() {
      if (spinner.isSpinning) spinner.stop();
    },
  };
}
