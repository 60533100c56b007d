import { Command, CommanderError } from "commander";
import type { Language, LocalizedText } from "../text.ts";
import { catalogue } from "./catalogue.ts";
import type { Command as Run, CommandDefinition, Options } from "./command.ts";
import { globalOptions } from "./global-options.ts";
import { helpLayout } from "./help-layout.ts";
import { optionOf } from "./option-of.ts";
import { version } from "./package-facts.ts";
import { tooManyArguments, unknownCommand } from "./usage-error.ts";

/** A command that was called, not yet run. */
export interface Parsed {
  readonly run: () => Promise<Run>;
  readonly args: readonly string[];
  readonly options: Options;
  readonly progressAside: boolean;
}

interface ProgramOptions {
  readonly language: Language;
  readonly columns: number;
  readonly printHelp: (text: string) => void;
  /** For help that nobody asked for, because the command is missing. */
  readonly printUsage: (text: string) => void;
}

/** Turns argv into a command, or prints help and yields the exit code. Usage errors are thrown as commander's. */
export async function parse(argv: readonly string[], options: ProgramOptions): Promise<Parsed | number> {
  let parsed: Parsed | undefined;
  let usage = "";
  const say = (words: LocalizedText): string => words[options.language];
  const ja = options.language === "ja";
  const columns = Math.min(options.columns, 100);

  const program = prepare(new Command("lecture05"), {
    describe: {
      en: "Takes a Rails application to AWS step by step, proved at every step; on your own machine first.",
      ja: "Rails アプリケーションを 1 ステップずつ確認しながら AWS に構築します。まずは自分のマシンで。",
    },
    options: globalOptions,
    examples: ["lecture05 up", "lecture05 status", "lecture05 destroy"],
  });
  program.version(version, "-V, --version", ja ? "バージョンを表示" : "print the version");
  for (const definition of catalogue) add(program, definition);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!isHelp(error)) throw error;
    if (error.exitCode !== 0) refuseUnknownTopic(program);
    options.printUsage(usage);
    // Asked for: 0. Shown because the command is missing: a usage error.
    return error.exitCode === 0 ? 0 : 2;
  }
  return parsed ?? 2;

  function add(parent: Command, definition: CommandDefinition): void {
    const command = prepare(parent.command(definition.name), definition);
    for (const argument of definition.arguments ?? []) command.argument(argument.name, say(argument.describe));
    for (const sub of definition.subcommands ?? []) add(command, sub);
    if (!definition.subcommands) command.helpCommand(false);
    const { load } = definition;
    if (!load) return;
    command.action(() => {
      const excess = excessOf(definition, command.args);
      if (excess !== undefined) throw tooManyArguments(excess);
      parsed = {
        run: load,
        args: command.args,
        options: command.optsWithGlobals(),
        progressAside: definition.progressAside === true,
      };
    });
  }

  function prepare(
    command: Command,
    definition: Pick<CommandDefinition, "describe" | "options" | "examples">,
  ): Command {
    command
      .description(say(definition.describe))
      .exitOverride()
      // Checked by ourselves, because the parser does not say which argument is one too many.
      .allowExcessArguments()
      .configureOutput({
        writeOut: options.printHelp,
        // What went wrong is shown by our own layout, in the chosen language.
        writeErr: (text) => void (text.startsWith("error:") || (usage += text)),
        getOutHelpWidth: () => columns,
        getErrHelpWidth: () => columns,
      })
      .configureHelp({
        showGlobalOptions: command.name() !== "lecture05",
        ...helpLayout(options.language, columns),
      })
      .helpOption("-h, --help", ja ? "この説明を表示" : "show this help")
      .helpCommand("help [command]", ja ? "コマンドの説明を表示" : "show a command's help");
    for (const definitionOf of definition.options ?? []) command.addOption(optionOf(definitionOf, say, argv));
    const examples = definition.examples ?? [];
    if (examples.length > 0) {
      command.addHelpText(
        "after",
        `\n${ja ? "例:" : "Examples:"}\n${examples.map((line) => `  $ ${line}`).join("\n")}`,
      );
    }
    return command;
  }
}

/** The first argument that the command does not take. */
function excessOf({ arguments: taken = [] }: CommandDefinition, args: readonly string[]): string | undefined {
  return taken.some(({ name }) => name.includes("...")) ? undefined : args[taken.length];
}

/** A word after `help` for which there is no help: `lecture05 help statsu`, `lecture05 sandbox help strat`. */
function refuseUnknownTopic(program: Command): void {
  for (const { args, commands } of [program, ...program.commands]) {
    const [help, topic] = args;
    if (help !== "help" || topic === undefined) continue;
    throw unknownCommand(
      topic,
      commands.map((command) => command.name()),
    );
  }
}

/** Commander's way of saying that help or the version was printed. `lecture05` alone prints help, too. */
function isHelp(error: unknown): error is CommanderError {
  return (
    error instanceof CommanderError &&
    ["commander.help", "commander.helpDisplayed", "commander.version"].includes(error.code)
  );
}
