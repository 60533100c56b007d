import type { Language, LocalizedText } from "../text.ts";
import type { Reporter } from "../reporter/reporter.ts";
import type { Io } from "./io.ts";
import type { Services } from "./services.ts";
import type { Preferences } from "./settings.ts";

/** What commander found, by the options' camel-cased names. */
export type Options = Readonly<Record<string, unknown>>;

/** One run of one command. */
export interface Invocation {
  readonly io: Io;
  readonly preferences: Preferences;
  readonly language: Language;
  readonly json: boolean;
  readonly args: readonly string[];
  readonly options: Options;
  /** As it was typed; shown to whoever finds the lock held. */
  readonly commandLine: string;
  /** Fires at the first Ctrl-C. From its first use on, a Ctrl-C no longer ends the process at once. */
  readonly signal: (options?: { readonly quiet?: boolean }) => AbortSignal;
  /** Made on first use, because it may load the spinner. */
  readonly reporter: () => Promise<Reporter>;
  readonly services: () => Promise<Services>;
  text(words: LocalizedText): string;
  /** Lines on stdout. */
  print(...lines: readonly string[]): void;
}

/** Returns the exit code. */
export type Command = (invocation: Invocation) => Promise<number>;

export interface OptionDefinition {
  readonly flags: string;
  readonly describe: LocalizedText;
  /** May be given several times or with commas. */
  readonly list?: boolean;
  /** The option that cannot be given together with this one, in camel case. */
  readonly conflictsWith?: string;
}

export interface CommandDefinition {
  readonly name: string;
  readonly describe: LocalizedText;
  readonly arguments?: readonly { readonly name: string; readonly describe: LocalizedText }[];
  readonly options?: readonly OptionDefinition[];
  readonly examples?: readonly string[];
  /** stdout is for the result alone: progress goes to stderr, and nowhere with --json. */
  readonly progressAside?: boolean;
  readonly load?: () => Promise<Command>;
  readonly subcommands?: readonly CommandDefinition[];
}
