import type { LocalizedText } from "../text.ts";

/** Why a setting is as it is. The first sentence says it all; the others go deeper. */
export interface Why extends LocalizedText {
  /** What the step is there to teach: `up --teach` shows it before the step. */
  readonly lesson?: true;
}

export interface Setting {
  /** As it is called where it is set: `keepalive_timeout`, `MetadataOptions.HttpTokens`. */
  readonly name: string;
  /** Read from what is sent to the host or to AWS. `none`: left out on purpose. */
  readonly value: string;
}

/** A file on the host, a script or an AWS call, with all settings in it. */
export interface Source {
  readonly where: string;
  readonly settings: readonly Setting[];
}

export interface Reason extends Setting {
  readonly where: string;
  readonly why: Why;
}

/** A step or a topic, explained. */
export interface Explanation {
  readonly name: string;
  readonly kind: "step" | "topic";
  readonly title: LocalizedText;
  /** What it is about, in paragraphs. */
  readonly text: readonly LocalizedText[];
  readonly settings: readonly Reason[];
  /** Topics that say more. */
  readonly see: readonly string[];
}

/**
 * The reasons for all settings of a source. Keys are a setting's name, or its name and the start of its value where one
 * name stands for several ("proxy_set_header Host"). A setting without a reason and a reason without a setting are bugs:
 * they throw, so the two cannot drift apart.
 */
export function reasonsFor(source: Source, whys: Readonly<Record<string, Why>>): Reason[] {
  const used = new Set<string>();
  const reasons = source.settings.map((setting): Reason => {
    const key = keysOf(setting).find((candidate) => Object.hasOwn(whys, candidate));
    const why = key === undefined ? undefined : whys[key];
    if (key === undefined || !why) throw new Error(`${source.where}: ${setting.name} ${setting.value}: no reason`);
    used.add(key);
    return { ...setting, where: source.where, why };
  });
  const unused = Object.keys(whys).filter((key) => !used.has(key));
  if (unused.length > 0) throw new Error(`${source.where}: reasons for what is not set: ${unused.join(", ")}`);
  return reasons;
}

/** From the most exact to the plain name. */
function keysOf({ name, value }: Setting): string[] {
  return [`${name} ${value}`, `${name} ${value.split(" ")[0] ?? ""}`, name];
}

/** One setting that stands in a text, found by an expression whose first group is its value. */
export function reasonIn(
  { where, text }: { readonly where: string; readonly text: string },
  name: string,
  pattern: RegExp,
  why: Why,
): Reason {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`${where}: ${name} is not there`);
  return { name, value, where, why };
}

/** Something that is left out on purpose; `isThere` says whether it is, after all. */
export function reasonForAbsence(where: string, name: string, isThere: boolean, why: Why): Reason {
  if (isThere) throw new Error(`${where}: ${name} is there`);
  return { name, value: "none", where, why };
}

export const firstSentence = ({ en, ja }: LocalizedText): LocalizedText => ({
  en: /^.*?[.!?](?= [A-Z/]|$)/su.exec(en)?.[0] ?? en,
  ja: /^.*?。/su.exec(ja)?.[0] ?? ja,
});
