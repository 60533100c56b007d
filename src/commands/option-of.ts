import { Option } from "commander";
import type { LocalizedText } from "../text.ts";
import type { OptionDefinition } from "./command.ts";
import { missingValue } from "./usage-error.ts";

/** An option as commander takes it. */
export function optionOf(
  definition: OptionDefinition,
  say: (words: LocalizedText) => string,
  argv: readonly string[],
): Option {
  const option = new Option(definition.flags, say(definition.describe));
  if (definition.conflictsWith !== undefined) option.conflicts(definition.conflictsWith);
  if (!option.required) return option;
  option.argParser<string | readonly string[]>((value, before) => {
    // `--dir --json`: the value was forgotten, and commander would make a directory called --json.
    if (value.startsWith("--") && followsLoosely(argv, option.long, value)) throw missingValue(definition.flags);
    if (!definition.list) return value;
    return [
      ...(Array.isArray(before) ? (before as readonly string[]) : []),
      ...value.split(",").map((part) => part.trim()),
    ];
  });
  return option;
}

/** True for `--flag value` as two words; `--flag=--value` is meant as it stands. */
function followsLoosely(argv: readonly string[], flag: string | undefined, value: string): boolean {
  return argv.some((word, place) => word === flag && argv[place + 1] === value);
}
