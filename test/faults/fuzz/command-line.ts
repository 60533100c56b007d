import { join, resolve } from "node:path";
import * as fc from "fast-check";
import { stepNames } from "../../../src/steps/names.ts";
import { commandForms, everyOption, globalForms, type CommandForm, type OptionForm } from "./grammar.ts";
import { hostileText, valueFor } from "./hostile-values.ts";
import { deploys, judge, judgePlace, type Surroundings, type Verdict } from "./oracle.ts";

export interface TypedOption {
  readonly form: OptionForm;
  /** Undefined for one without a value, also where it needs one. */
  readonly value: string | undefined;
  /** `--flag=value` instead of two words. */
  readonly joined: boolean;
}

export interface CommandLine {
  readonly command: CommandForm;
  readonly options: readonly TypedOption[];
  readonly args: readonly string[];
  /** Of no command: a slip of the hand. */
  readonly stray: string | undefined;
  readonly argv: readonly string[];
}

/** A verdict with what has to be named when it is bad: at least one of them. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly keys: readonly string[];
}

const strays = ["--nonsense", "--stak", "-x", "--jsno=1", "--__proto__", "--constructor", "--no-yes", "--yes=1"];

function typed(form: OptionForm): fc.Arbitrary<TypedOption> {
  if (!form.takesValue) return fc.constant({ form, value: undefined, joined: false });
  return fc.record({
    form: fc.constant(form),
    value: valueFor(form.flag).map((text) => text.replaceAll("\0", "")),
    joined: fc.boolean(),
  });
}

const argument = (name: string): fc.Arbitrary<string> =>
  /step|name/.test(name)
    ? fc.oneof(fc.constantFrom(...stepNames), fc.constantFrom("ngnix", "", "EC2", "ec2 "), words)
    : words;

/** Operands do not start with a hyphen: what does is an option, or stands after `--`. */
const words = hostileText.map((text) => text.replaceAll("\0", "").replace(/^-+/, ""));

function lineOf(command: CommandForm): fc.Arbitrary<CommandLine> {
  const own = [...command.options, ...globalForms];
  const name = command.arguments[0];
  return fc
    .record({
      options: fc.array(fc.constantFrom(...own).chain(typed), { maxLength: 4 }),
      args: fc.array(argument(name ?? ""), { maxLength: name?.includes("...") ? 3 : 2 }),
      few: fc.integer({ min: 0, max: 9 }),
      stray: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom(...strays) },
      ),
    })
    .map(({ options, args, few, stray }) => {
      // One argument too many is a case among others, not the rule.
      const kept = few < 8 && !name?.includes("...") ? args.slice(0, command.arguments.length) : args;
      return { command, options, args: kept, stray, argv: argvOf(command, options, kept, stray) };
    });
}

export const commandLine: fc.Arbitrary<CommandLine> = fc.constantFrom(...commandForms).chain(lineOf);

function argvOf(
  command: CommandForm,
  options: readonly TypedOption[],
  args: readonly string[],
  stray: string | undefined,
): string[] {
  const typedOptions = options.flatMap(({ form: { flag }, value, joined }) => {
    if (value === undefined) return [flag];
    return joined ? [`${flag}=${value}`] : [flag, value];
  });
  const operands = command.arguments[0]?.includes("...") && args.length > 0 ? ["--", ...args] : args;
  return [...command.words, ...typedOptions, ...(stray === undefined ? [] : [stray]), ...operands];
}

/** Any words at all, most of them known ones. Nothing is claimed about them but what holds for every input. */
export const anyWords: fc.Arbitrary<string[]> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...commandForms.flatMap(({ words: own }) => own), "help", "--", "-h") },
      { weight: 3, arbitrary: fc.constantFrom(...everyOption.map(({ flag }) => flag), "-V", "--help", "--version") },
      { weight: 3, arbitrary: hostileText },
      { weight: 1, arbitrary: fc.constantFrom(...stepNames, "--dir=", "--lang=ja", "--stack=-", "--json=true") },
    ),
    { maxLength: 8 },
  )
  .map((all) => all.map((word) => word.replaceAll("\0", "")));

/** Judges what was typed: each option's last value counts, those of a list all do. */
export function judgeLine({ command, options, args, stray, argv }: CommandLine, around: Surroundings): Judgement {
  const last = new Map<string, Judgement>();
  const values = new Map<string, string>();
  const forgotten: Judgement[] = [];
  for (const { form, value, joined } of options) {
    // `--dir --json` is a forgotten value wherever it stands.
    if (value?.startsWith("--") && !joined) forgotten.push({ verdict: "bad", keys: [form.flag] });
    const seen = ["--allow", "--subnets", "--without"].includes(form.flag) ? last.get(form.flag) : undefined;
    const keys = [form.flag, ...stepWords(form, value)];
    const now: Judgement = { verdict: judge(form.flag, value ?? "", around), keys };
    last.set(form.flag, seen?.verdict === "bad" ? seen : now);
    values.set(form.flag, value ?? "");
  }
  const { cwd } = around;
  const directory = values.get("--dir");
  // Which hosts there are is known where the state lies.
  if (directory !== undefined && resolve(cwd, directory) !== join(cwd, ".lecture05")) last.delete("--instance");
  return worst([
    ...last.values(),
    ...forgotten,
    ...(values.has("--keep-bucket") && values.has("--delete-data")
      ? [{ verdict: "bad", keys: ["--keep-bucket", "--delete-data"] } as const]
      : []),
    { verdict: judgePlace("--dir", directory, cwd), keys: ["--dir"] },
    { verdict: deploys(argv) ? judgePlace("--app", values.get("--app"), cwd) : "good", keys: ["--app"] },
    ...(stray === undefined ? [] : [{ verdict: "bad", keys: [stray] } as const]),
    judgeArguments(command, args, values.has("--list")),
  ]);
}

/** The message about a step names the step and not the option. */
function stepWords(form: OptionForm, value: string | undefined): string[] {
  return form.flag === "--to" || form.flag === "--step"
    ? ["There is no step", "というステップはありません", value ?? ""]
    : [];
}

/** Commands whose arguments are known here; those of others may be anything. */
function judgeArguments(command: CommandForm, args: readonly string[], isList: boolean): Judgement {
  const bad = (...keys: string[]): Judgement => ({ verdict: "bad", keys });
  const good: Judgement = { verdict: "good", keys: [] };
  const [first] = args;
  const isStep = (stepNames as readonly string[]).includes(first ?? "");
  switch (command.name) {
    case "exec":
      return first === undefined ? bad("command") : good;
    case "step":
      if (args.length > 1) return bad("Too many arguments", "引数が多すぎます", "step");
      if (isList) return good;
      return isStep ? good : bad("step", "ステップ");
    case "verify":
      if (args.length > 1) return bad("Too many arguments", "引数が多すぎます", "step");
      return first === undefined || isStep ? good : bad("step", "ステップ");
    default:
      if (args.length > command.arguments.length) return bad("Too many arguments", "引数が多すぎます");
      // What an argument of another command may be is not known here.
      return first === undefined && !command.arguments[0]?.startsWith("<") ? good : { verdict: "unknown", keys: [] };
  }
}

export function worst(judgements: readonly Judgement[]): Judgement {
  const bad = judgements.filter(({ verdict }) => verdict === "bad");
  const isUnknown = judgements.some(({ verdict }) => verdict === "unknown");
  // What is unknown may be wrong, too, and be named first.
  if (bad.length > 0) return { verdict: "bad", keys: isUnknown ? [] : bad.flatMap(({ keys }) => keys) };
  return { verdict: isUnknown ? "unknown" : "good", keys: [] };
}
