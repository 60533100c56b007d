import { resolve } from "node:path";
import { Lecture05Error } from "../errors.ts";
import { chooseLanguage, shown, type Language, type LocalizedText, untranslated } from "../text.ts";
import { configFileName, readConfigFile } from "./config-file.ts";
import { settingNames, settingRules, type SettingName, type SettingRule } from "./setting-rules.ts";
import { whyUnusable } from "./state-directory.ts";

/** What was said by flag, variable or file. Undefined: nobody said, so the state or the default decides. */
export interface Preferences {
  /** Absolute. */
  readonly directory: string;
  readonly stack: string | undefined;
  readonly target: "sandbox" | "aws" | undefined;
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly language: Language;
  readonly allow: readonly string[] | undefined;
  readonly instanceType: string | undefined;
  readonly instanceProfile: string | undefined;
  /** How many hosts; undefined: as it stands. */
  readonly hosts: number | undefined;
  readonly accessLogs: boolean | undefined;
  readonly databaseClass: string | undefined;
  readonly multiAz: boolean | undefined;
  /** From the next `up` on; undefined: as it stands, by itself an ALB. */
  readonly loadBalancer: "alb" | "nlb" | undefined;
  readonly vpc: string | undefined;
  readonly subnets: readonly string[] | undefined;
  /** ACM certificate for HTTPS from the next `up` on; "none": plain HTTP. */
  readonly certificate: string | undefined;
  /** How long the instances may live, from the next `up` on; "none": for ever. */
  readonly ttl: string | undefined;
  /** Absolute. */
  readonly appDirectory: string | undefined;
  /** How a sandbox is to behave. Undefined: as it did before, or by itself. */
  readonly realism: WantedRealism | undefined;
  readonly yes: boolean;
  readonly debug: boolean;
  readonly color: boolean;
}

/** "none": as friendly as it is by itself. What was not said is chosen where it is needed. */
export type WantedRealism =
  | "none"
  | {
      readonly seed: number | undefined;
      readonly timeScale: number | undefined;
      readonly without: readonly string[] | undefined;
    };

type Value = string | boolean | readonly string[];
export type Flags = Readonly<Partial<Record<SettingName, Value | undefined>>>;

/** Where a value came from, as messages name it, and the code that an error of it has. */
interface Source {
  readonly place: string;
  readonly code: "USAGE" | "CONFIG_INVALID";
}

/** Flags win over the environment, which wins over the file. Each value is checked, wherever it comes from. */
export function resolvePreferences(flags: Flags, env: NodeJS.ProcessEnv, cwd: string): Preferences {
  const file = readConfigFile(cwd);
  const fromFile = new Map<SettingName, Value>();
  for (const name of settingNames) {
    const value = file[name];
    // All of the file, also what a flag overrides now: a mistake in it should show before it does harm.
    if (value !== undefined) fromFile.set(name, checked(value, settingRules[name], sourceOf(name).file));
  }

  const find = (name: SettingName): { value: Value; source: Source } | undefined => {
    const rule: SettingRule = settingRules[name];
    const { flag, variable, file: inFile } = sourceOf(name);
    const flagged = flags[name];
    if (flagged !== undefined) return { value: checked(flagged, rule, flag), source: flag };
    const said = env[rule.variable];
    if (said) return { value: checked(fromText(said, rule), rule, variable), source: variable };
    const value = fromFile.get(name);
    return value === undefined ? undefined : { value, source: inFile };
  };
  const get = (name: SettingName): Value | undefined => find(name)?.value;
  const text = (name: SettingName): string | undefined => get(name)?.toString();
  const [target, loadBalancer] = [text("target"), text("loadBalancer")];
  const app = text("app");
  const [allow, subnets] = [get("allow"), get("subnets")];
  const vpc = find("vpc");
  const [accessLogs, multiAz] = [get("accessLogs"), get("multiAz")];
  if (vpc && !subnets) throw invalid(vpc.source, subnetsMissing);
  return {
    directory: usableDirectory(cwd, find("dir")),
    stack: text("stack"),
    target: target === "aws" || target === "sandbox" ? target : undefined,
    region: text("region"),
    profile: text("profile"),
    language: chooseLanguage(text("lang"), env),
    allow: Array.isArray(allow) ? (allow as string[]) : undefined,
    instanceType: text("instanceType"),
    loadBalancer: loadBalancer === "alb" || loadBalancer === "nlb" ? loadBalancer : undefined,
    vpc: text("vpc"),
    accessLogs: typeof accessLogs === "boolean" ? accessLogs : undefined,
    databaseClass: text("databaseClass"),
    multiAz: typeof multiAz === "boolean" ? multiAz : undefined,
    instanceProfile: text("instanceProfile"),
    hosts: text("hosts") === undefined ? undefined : Number(text("hosts")),
    subnets: Array.isArray(subnets) ? (subnets as string[]) : undefined,
    certificate: text("certificate"),
    ttl: text("ttl"),
    appDirectory: app === undefined ? undefined : resolve(cwd, app),
    realism: realismFrom(
      { realism: text("realism"), seed: text("seed"), timeScale: text("timeScale") },
      get("without"),
    ),
    yes: get("yes") === true,
    debug: get("debug") === true,
    color: get("color") !== false,
  };
}

const subnetsMissing: LocalizedText = {
  en: "It goes with --subnets: public subnets of that VPC, in two zones",
  ja: "--subnets で、その VPC のパブリックサブネット (2 つの AZ) も指定してください",
};

type Said = Readonly<Record<"realism" | "seed" | "timeScale", string | undefined>>;

/** A seed alone does not switch anything on. */
function realismFrom({ realism, seed, timeScale }: Said, without: Value | undefined): WantedRealism | undefined {
  if (realism === undefined) return undefined;
  if (realism === "none") return "none";
  return {
    seed: seed === undefined ? undefined : Number(seed),
    timeScale: timeScale === undefined ? undefined : Number(timeScale),
    without: Array.isArray(without) ? (without as string[]) : undefined,
  };
}

function sourceOf(name: SettingName): { flag: Source; variable: Source; file: Source } {
  const { flag, variable } = settingRules[name];
  return {
    flag: { place: flag, code: "USAGE" },
    variable: { place: variable, code: "CONFIG_INVALID" },
    file: { place: `"${name}" (${configFileName})`, code: "CONFIG_INVALID" },
  };
}

function usableDirectory(cwd: string, said: { value: Value; source: Source } | undefined): string {
  const directory = resolve(cwd, said?.value.toString() ?? ".lecture05");
  const wrong = whyUnusable(directory);
  if (wrong) throw invalid(said?.source ?? sourceOf("dir").flag, wrong);
  return directory;
}

function fromText(text: string, rule: SettingRule): Value {
  if (rule.kind === "list") return text.split(",").map((part) => part.trim());
  if (rule.kind !== "switch") return text;
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off)$/i.test(text) ? false : text;
}

function checked(value: unknown, rule: SettingRule, source: Source): Value {
  if (!isOfKind(value, rule.kind)) throw invalid(source, wrongKind(value, rule));
  if (typeof value === "boolean") return value;
  for (const part of typeof value === "string" ? [value] : value) {
    const wrong = rule.check?.(part);
    if (wrong) throw invalid(source, wrong);
  }
  if (typeof value === "string") return value;
  // AWS refuses a rule that is there twice, and writes each range in one way only.
  return [...new Set(value.map((part) => rule.normalize?.(part) ?? part))];
}

function isOfKind(value: unknown, kind: SettingRule["kind"]): value is Value {
  if (kind === "switch") return typeof value === "boolean";
  if (kind === "text") return typeof value === "string" && value !== "";
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string");
}

const kindWords: Readonly<Record<SettingRule["kind"], LocalizedText>> = {
  text: { en: "a text", ja: "文字列" },
  switch: { en: "true or false", ja: "true か false" },
  list: { en: "a list of texts", ja: "文字列の配列" },
};

function wrongKind(value: unknown, { kind }: SettingRule): LocalizedText {
  const { en, ja } = described(value);
  return {
    en: `It is ${en}; it must be ${kindWords[kind].en}`,
    ja: `${ja} ではなく、${kindWords[kind].ja}を指定してください`,
  };
}

/** Not the value itself when it has parts: they may be many, or nested deeper than can be written. */
function described(value: unknown): LocalizedText {
  if (Array.isArray(value)) {
    return value.length === 0
      ? { en: "an empty list", ja: "空の配列" }
      : { en: "a list of something else", ja: "ほかのものを含む配列" };
  }
  if (typeof value === "object" && value !== null) return { en: "an object", ja: "オブジェクト" };
  return untranslated(typeof value === "string" ? `"${shown(value)}"` : String(value));
}

function invalid({ place, code }: Source, why: LocalizedText): Lecture05Error {
  return new Lecture05Error(code, {
    what: { en: `The value of ${place} is not valid`, ja: `${place} の値が正しくありません` },
    why,
    next: ["lecture05 --help"],
  });
}
