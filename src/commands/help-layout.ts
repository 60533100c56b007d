import type { HelpConfiguration } from "commander";
import { displayWidth, padEnd } from "../reporter/width.ts";
import { wrap } from "../reporter/wrap.ts";
import type { Language } from "../text.ts";

/** Commander's own words. */
const titles: Readonly<Record<string, string>> = {
  "Usage:": "使い方:",
  "Arguments:": "引数:",
  "Options:": "オプション:",
  "Commands:": "コマンド:",
  "Global Options:": "共通オプション:",
};

const indent = 2;
const gap = 2;
/** Descriptions narrower than this stand on lines of their own, under what they describe. */
const narrowest = 30;

/** How help looks: commander breaks lines at blanks only, which Japanese has none of. */
export function helpLayout(language: Language, columns: number): HelpConfiguration {
  const ja = language === "ja";
  const title = (english: string): string => (ja ? (titles[english] ?? english) : english);
  return {
    displayWidth: (text) => displayWidth(text),
    minWidthToWrap: 1,
    boxWrap: (text, width) => wrap(text, width).join("\n"),
    styleTitle: title,
    styleUsage(usage) {
      const start = `${title("Usage:")} `;
      const words = ja ? usage.replace("[options]", "[オプション]").replace("[command]", "[コマンド]") : usage;
      return wrap(start + words, columns, "  ")
        .join("\n")
        .slice(start.length);
    },
    formatItem(term, termWidth, description) {
      const start = indent + termWidth + gap;
      const blanks = " ".repeat(indent);
      if (!description) return blanks + term;
      if (columns - start < narrowest) {
        const lines = wrap(description, columns - indent - gap);
        return [blanks + term, ...lines.map((line) => " ".repeat(indent + gap) + line)].join("\n");
      }
      const lines = wrap(description, columns - start);
      return `${blanks}${padEnd(term, termWidth)}${" ".repeat(gap)}${lines.join(`\n${" ".repeat(start)}`)}`;
    },
  };
}
