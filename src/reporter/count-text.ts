import type { Count } from "../count.ts";
import type { Language } from "../text.ts";

const barColumns = 10;

/** A count beside the spinner, the longest form first; what fits is taken. Signs of one column on every terminal. */
export function countTexts({ done, total, unit }: Count, language: Language): string[] {
  const words = unit[language];
  if (total === undefined || total <= 0) return [`${done} ${words}`, String(done)];
  const filled = Math.min(barColumns, Math.floor((done / total) * barColumns));
  const bar = `[${"#".repeat(filled)}${"-".repeat(barColumns - filled)}]`;
  return [`${bar} ${done}/${total} ${words}`, `${done}/${total} ${words}`, `${done}/${total}`];
}

/** For lines that stay: a count is told when a quarter more is done, or half as many again where the end is not known. */
export function createPlainCounts(language: Language): (subject: string, count: Count | undefined) => string {
  let about = "";
  let told = 0;
  return (subject, count) => {
    if (!count) return "";
    const { done, total, unit } = count;
    const key = `${subject}\0${unit.en}`;
    if (key !== about) [about, told] = [key, 0];
    const next = total === undefined ? Math.max(10, told * 1.5) : Math.min(total, told + total / 4);
    if (done === told || done < next) return "";
    told = done;
    return `${done}${total === undefined ? "" : `/${total}`} ${unit[language]}`;
  };
}
