import { existsSync, statSync } from "node:fs";
import { isIPv4 } from "node:net";
import { dirname, join, resolve } from "node:path";
import { behaviourNames } from "../../../src/sandbox/realism/names.ts";
import { stepNames } from "../../../src/steps/names.ts";

/**
 * What a value deserves, told without the product's own rules: good is never refused as bad input, bad always is.
 * Unknown stands for options that nothing was said about yet; they still may not end in a stack trace.
 */
export type Verdict = "good" | "bad" | "unknown";

export interface Surroundings {
  readonly cwd: string;
  /** Hosts of the stack; undefined without a state. */
  readonly instances: readonly string[] | undefined;
}

const verdict = (good: boolean): Verdict => (good ? "good" : "bad");
const within = (letters: string, text: string): boolean => Array.from(text).every((sign) => letters.includes(sign));

const small = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

/** "t3", "small": what an instance type and the class of a database have in common. */
const isType = ([family = "", size = "", ...rest]: readonly string[]): boolean =>
  rest.length === 0 &&
  family !== "" &&
  family.length <= 32 &&
  within(small, family.charAt(0)) &&
  size !== "" &&
  size.length <= 31 &&
  within(`${small}${digits}-`, family + size);

const judges: Readonly<Record<string, (value: string, around: Surroundings) => Verdict>> = {
  "--stack": (value) =>
    verdict(
      value.length >= 1 &&
        value.length <= 20 &&
        within(`${small}${digits}-`, value) &&
        within(small, value.charAt(0)) &&
        !value.endsWith("-"),
    ),
  "--target": (value) => verdict(["sandbox", "aws"].includes(value)),
  "--lang": (value) => verdict(["ja", "en"].includes(value)),
  "--region": (value) => {
    const parts = value.split("-");
    const [number = "", ...names] = parts.toReversed();
    const [first = "", ...directions] = names.toReversed();
    return verdict(
      (directions.length === 1 || directions.length === 2) &&
        number.length === 1 &&
        within(digits, number) &&
        first.length >= 2 &&
        first.length <= 4 &&
        directions.every((name) => name.length >= 2 && name.length <= 12) &&
        within(small, names.join("")),
    );
  },
  "--profile": (value) => verdict(value !== "" && Array.from(value).every((sign) => !isControl(sign))),
  "--allow": (value) => verdict(value.split(",").every((part) => isRange(part.trim()))),
  "--instance-type": (value) => verdict(isType(value.split("."))),
  "--database-class": (value) => {
    const [db, ...type] = value.split(".");
    return verdict(db === "db" && isType(type));
  },
  "--hosts": (value) => {
    const isCount = value.length >= 1 && value.length <= 2 && within(digits, value) && !value.startsWith("0");
    return verdict(isCount && Number(value) <= 50);
  },
  "--backups": (value) => verdict(["keep", "delete"].includes(value)),
  "--bucket": (value) =>
    verdict(
      value.length >= 3 &&
        value.length <= 63 &&
        within(`${small}${digits}-.`, value) &&
        !".-".includes(value.charAt(0)) &&
        !".-".includes(value.slice(-1)) &&
        !value.includes(".."),
    ),
  // A time that can be read is right only where there is a backup of then.
  "--from": (value) => (value === "latest" || within(`${digits}-:TZ`, value) ? "unknown" : "bad"),
  "--load-balancer": (value) => verdict(["alb", "nlb"].includes(value)),
  "--multi-az": () => "good",
  "--no-multi-az": () => "good",
  "--realism": (value) => verdict(["aws", "none"].includes(value)),
  "--seed": (value) => verdict(value.length >= 1 && value.length <= 9 && within(digits, value)),
  "--time-scale": (value) => {
    const [whole = "", fraction, ...rest] = value.split(".");
    if (rest.length > 0 || !within(digits, whole + (fraction ?? "")) || (fraction?.length ?? 1) > 6) return "bad";
    if (fraction === "" || !["", "0", "1"].includes(whole) || (whole === "" && fraction === undefined)) return "bad";
    return verdict(Number(value) > 0 && Number(value) <= 1);
  },
  "--without": (value) =>
    verdict(value.split(",").every((part) => (behaviourNames as readonly string[]).includes(part.trim()))),
  // A right one is right only beside --subnets.
  "--vpc": (value) => (isResourceId("vpc-", value) ? "unknown" : "bad"),
  "--subnets": (value) => verdict(value.split(",").every((part) => isResourceId("subnet-", part.trim()))),
  "--instance-profile": (value) =>
    verdict(
      value.length >= 1 && value.length <= 128 && within(`${small}${small.toUpperCase()}${digits}_+=,.@-`, value),
    ),
  // One that looks right is right only in its own region, and where there is one.
  "--certificate": (value) => {
    if (value === "none") return "good";
    const [arn, partition = "", service, region = "", account = "", resource = "", ...rest] = value.split(":");
    const [kind, id = "", ...more] = resource.split("/");
    const looksRight =
      arn === "arn" &&
      ["aws", "aws-cn", "aws-us-gov"].includes(partition) &&
      service === "acm" &&
      region.length >= 5 &&
      region.length <= 32 &&
      within(`${small}${digits}-`, region) &&
      account.length === 12 &&
      within(digits, account) &&
      kind === "certificate" &&
      id.length >= 1 &&
      id.length <= 64 &&
      within(`${small}${small.toUpperCase()}${digits}_-`, id) &&
      rest.length + more.length === 0;
    return looksRight ? "unknown" : "bad";
  },
  "--ttl": (value) => {
    const [count, unit] = [value.slice(0, -1), value.slice(-1)];
    const minutes =
      Number(count) *
      (new Map([
        ["m", 1],
        ["h", 60],
        ["d", 1440],
      ]).get(unit) ?? 0);
    const isPlain = count.length <= 6 && within(digits, count) && !count.startsWith("0");
    return verdict(value === "none" || (isPlain && minutes >= 5 && minutes <= 365 * 1440));
  },
  "--timeout": (value) => {
    if (value === "" || !within(digits, value)) return "bad";
    const seconds = BigInt(value);
    return verdict(seconds >= 5n && seconds <= 172_800n);
  },
  "--to": (value) => verdict((stepNames as readonly string[]).includes(value)),
  "--step": (value) => verdict((stepNames as readonly string[]).includes(value)),
  "--instance": (value, { instances }) => verdict(instances === undefined || instances.includes(value)),
  // What lies there is looked at by judgePlace.
  "--dir": (value) => verdict(value !== "" && !value.includes("\0")),
  "--app": (value) => verdict(value !== "" && !value.includes("\0")),
  "--debug": () => "good",
  "--no-color": () => "good",
  "--json": () => "good",
  "--yes": () => "good",
  "--list": () => "good",
  "--show": () => "good",
  "--live": () => "good",
  "--dry-run": () => "good",
  "--follow": () => "good",
  "--fix": () => "good",
  "--images": () => "good",
};

export function judge(flag: string, value: string, around: Surroundings): Verdict {
  return judges[flag]?.(value, around) ?? "unknown";
}

/** A directory that a command is to use: only the one that counts is looked at, and an application only to deploy it. */
export function judgePlace(flag: "--dir" | "--app", path: string | undefined, cwd: string): Verdict {
  if (path === undefined) return "good";
  const place = resolve(cwd, path);
  if (flag === "--dir") return verdict(canHoldFiles(place));
  // The harness has one application; whatever else a random text names has no Gemfile.
  return verdict(!place.includes("\0") && existsSync(join(place, "Gemfile.lock")));
}

/** Whether a command packs the application. */
export function deploys(words: readonly string[]): boolean {
  return ["up", "plan", "deploy"].includes(words[0] ?? "") || (words[0] === "step" && !words.includes("--list"));
}

function isRange(text: string): boolean {
  const [address = "", length = "", ...rest] = text.split("/");
  return (
    rest.length === 0 &&
    isIPv4(address) &&
    String(Number(length)) === length &&
    within(digits, length) &&
    Number(length) <= 32
  );
}

const isResourceId = (prefix: string, text: string): boolean =>
  text.startsWith(prefix) &&
  within(`${digits}abcdef`, text.slice(prefix.length)) &&
  text.length >= prefix.length + 8 &&
  text.length <= prefix.length + 32;

function isControl(sign: string): boolean {
  const code = sign.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/** The names in a path are at most 255 bytes, all of it 4095, and nothing on the way is a file. */
function canHoldFiles(path: string): boolean {
  if (Buffer.byteLength(path) > 4095) return false;
  if (path.includes("\0") || path.split("/").some((name) => Buffer.byteLength(name) > 255)) return false;
  for (let place = path; ; place = dirname(place)) {
    if (existsSync(place)) return statSync(place).isDirectory();
    if (place === dirname(place)) return true;
  }
}
