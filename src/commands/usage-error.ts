import { Lecture05Error } from "../errors.ts";
import { shown, type LocalizedText } from "../text.ts";
import { suggest } from "./suggest.ts";

/** A usage error by commander in our words; anything else is returned as it is. */
export function translateUsageError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as Error & { code?: unknown }).code;
  if (typeof code !== "string" || !code.startsWith("commander.")) return error;
  const [, text = "", meant] =
    /^(?:error: )?([^]*?)(?:\n\(Did you mean (?:one of )?([^?]+)\?\))?$/.exec(error.message) ?? [];
  // Up to the last quote: what was typed may hold some itself.
  const name = /'([^]*)'/.exec(text)?.[1] ?? "";
  // Without the cause: a mistyped word needs no stack trace, not even with --debug.
  return usage(whatOf(code, name, shown(text)), meant);
}

function whatOf(code: string, name: string, fallback: string): LocalizedText {
  switch (code) {
    case "commander.unknownCommand":
      return noCommand(name);
    case "commander.unknownOption":
      return {
        en: `There is no option "${shown(name)}" here`,
        ja: `"${shown(name)}" というオプションはありません`,
      };
    case "commander.missingArgument":
      return { en: `The argument "${name}" is missing`, ja: `引数 "${name}" がありません` };
    case "commander.optionMissingArgument":
      return needsValue(name);
    case "commander.conflictingOption": {
      const [one, other] = [...fallback.matchAll(/'([^']*)'/g)].map((match) => match[1]);
      return { en: `${one} and ${other} contradict each other`, ja: `${one} と ${other} は同時に指定できません` };
    }
    default:
      return { en: fallback, ja: `コマンドラインが正しくありません: ${fallback}` };
  }
}

/** `known`: what could have been meant. */
export function unknownCommand(name: string, known: readonly string[]): Lecture05Error {
  return usage(noCommand(name), suggest(name, known));
}

export function missingValue(flags: string): Lecture05Error {
  return usage(needsValue(flags));
}

/** `excess`: the first argument that has no place. */
export function tooManyArguments(excess: string): Lecture05Error {
  return usage({
    en: `Too many arguments: "${shown(excess)}" has no place here`,
    ja: `引数が多すぎます: "${shown(excess)}" は指定できません`,
  });
}

function noCommand(name: string): LocalizedText {
  return { en: `There is no command "${shown(name)}"`, ja: `"${shown(name)}" というコマンドはありません` };
}

function needsValue(flags: string): LocalizedText {
  return { en: `The option "${flags}" needs a value`, ja: `オプション "${flags}" には値が必要です` };
}

function usage(what: LocalizedText, meant?: string): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what,
    ...(meant ? { why: { en: `Did you mean ${meant}?`, ja: `${meant} ではありませんか？` } } : {}),
    next: ["lecture05 --help"],
  });
}
