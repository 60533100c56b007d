import { catalogue } from "../../../src/commands/catalogue.ts";
import type { CommandDefinition } from "../../../src/commands/command.ts";
import { globalOptions } from "../../../src/commands/global-options.ts";

export interface OptionForm {
  readonly flag: string;
  readonly takesValue: boolean;
}

/** A command as it is typed, and what may follow it. Made from the catalogue, so a new command is fuzzed at once. */
export interface CommandForm {
  /** "sandbox start" */
  readonly name: string;
  readonly words: readonly string[];
  readonly options: readonly OptionForm[];
  /** Names of the arguments: "[step]", "<command...>". */
  readonly arguments: readonly string[];
}

const formOf = (flags: string): OptionForm => ({
  flag: flags.split(" ").find((word) => word.startsWith("--")) ?? flags,
  takesValue: flags.includes("<"),
});

export const globalForms: readonly OptionForm[] = globalOptions.map(({ flags }) => formOf(flags));

function formsOf(definition: CommandDefinition, above: readonly string[]): CommandForm[] {
  const words = [...above, definition.name];
  const own: CommandForm = {
    name: words.join(" "),
    words,
    options: (definition.options ?? []).map(({ flags }) => formOf(flags)),
    arguments: (definition.arguments ?? []).map(({ name }) => name),
  };
  const below = (definition.subcommands ?? []).flatMap((sub) => formsOf(sub, words));
  return definition.load ? [own, ...below] : below;
}

export const commandForms: readonly CommandForm[] = catalogue.flatMap((definition) => formsOf(definition, []));
export const everyOption: readonly OptionForm[] = [...globalForms, ...commandForms.flatMap(({ options }) => options)];
