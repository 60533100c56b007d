import type { StepName } from "../steps/names.ts";
import type { LocalizedText } from "../text.ts";
import type { Facts } from "./facts.ts";
import type { Reason } from "./reason.ts";
import { access } from "./topics/access.ts";
import { deploys } from "./topics/deploys.ts";
import { loadBalancing } from "./topics/load-balancing.ts";
import { host } from "./topics/host.ts";
import { records } from "./topics/records.ts";
import { storage } from "./topics/storage.ts";

/** A question that goes across the steps. */
export interface Topic {
  readonly name: string;
  /** Other words under which people look for it, in lower case. */
  readonly aliases: readonly string[];
  readonly title: LocalizedText;
  /** In paragraphs. */
  readonly text: readonly LocalizedText[];
  /** The settings that it is about, by step and name. */
  readonly settings: readonly (readonly [StepName, ...string[]])[];
  /** What no step sets and the state knows; comes first. */
  readonly reasons?: (facts: Facts) => readonly Reason[];
}

export const topics: readonly Topic[] = [...access, ...host, ...loadBalancing, ...storage, ...records, ...deploys];

export const findTopic = (name: string): Topic | undefined =>
  topics.find((topic) => topic.name === name || topic.aliases.includes(name));
