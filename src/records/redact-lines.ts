import { redact } from "./redact.ts";

const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const keyEnds = /-----END [A-Z ]*PRIVATE KEY-----/;

/**
 * Takes secrets out of lines that come a few at a time. A private key goes over many lines, and none of those in its
 * middle looks like one, so it is remembered that one has begun.
 */
export function createLineRedactor(): (lines: readonly string[]) => string[] {
  let isInKey = false;
  return (lines) =>
    lines.flatMap((line) => {
      if (isInKey) {
        isInKey = !keyEnds.test(line);
        return [];
      }
      isInKey = keyBegins.test(line) && !keyEnds.test(line);
      return [redact(line)];
    });
}
