import { isUtf8 } from "node:buffer";
import * as fc from "fast-check";
import { settingNames, settingRules, type SettingName } from "../../../src/commands/setting-rules.ts";
import { hostileText, valueFor } from "./hostile-values.ts";
import { worst, type Judgement } from "./command-line.ts";
import { deploys, judge, judgePlace, type Surroundings } from "./oracle.ts";

/** How a setting's value looks in the file; told here once more, because the product's word is what is tested. */
const kinds: Readonly<Record<SettingName, "text" | "switch" | "list">> = {
  dir: "text",
  stack: "text",
  target: "text",
  region: "text",
  profile: "text",
  lang: "text",
  allow: "list",
  instanceType: "text",
  vpc: "text",
  subnets: "list",
  ttl: "text",
  instanceProfile: "text",
  hosts: "text",
  accessLogs: "switch",
  databaseClass: "text",
  loadBalancer: "text",
  multiAz: "switch",
  certificate: "text",
  app: "text",
  realism: "text",
  seed: "text",
  timeScale: "text",
  without: "list",
  yes: "switch",
  debug: "switch",
  color: "switch",
};

const words = ["1", "true", "YES", "on", "0", "false", "No", "off"];

/** LECTURE05_* variables. */
export const environment: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.constantFrom(...settingNames).chain((name) =>
      fc.tuple(
        fc.constant<string>(settingRules[name].variable),
        (kinds[name] === "switch"
          ? fc.oneof(fc.constantFrom(...words), hostileText)
          : valueFor(settingRules[name].flag)
        ).map((text) => text.replaceAll("\0", "")),
      ),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => Object.fromEntries(pairs));

export function judgeEnvironment(env: Readonly<Record<string, string>>, around: Surroundings): Judgement {
  return worst(
    settingNames.flatMap((name): Judgement[] => {
      const { variable, flag } = settingRules[name];
      const value = env[variable];
      // An empty variable counts as absent.
      if (!value) return [];
      if (kinds[name] !== "switch") return [{ verdict: judge(flag, value, around), keys: [variable] }];
      const known = ["1", "true", "yes", "on", "0", "false", "no", "off"].includes(value.toLowerCase());
      return [{ verdict: known ? "good" : "bad", keys: [variable] }];
    }),
  );
}

const wrongKind = fc.oneof(fc.jsonValue({ maxDepth: 3 }), hostileText);

function valueInFile(name: SettingName): fc.Arbitrary<unknown> {
  const flag: string = settingRules[name].flag;
  const right =
    kinds[name] === "switch"
      ? fc.boolean()
      : kinds[name] === "list"
        ? fc.array(valueFor(flag), { maxLength: 3 })
        : valueFor(flag);
  return fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrongKind });
}

const oddKeys = ["__proto__", "constructor", "toString", "prototype", "stak", "Stack", "", "$schema", "instance_type"];

const knownObject = fc
  .array(
    fc.constantFrom(...settingNames).chain((name) => fc.tuple(fc.constant<string>(name), valueInFile(name))),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([key, value]) => [key, value] as const));

const strangeObject = fc.tuple(
  knownObject,
  fc.tuple(fc.oneof(fc.constantFrom(...oddKeys), hostileText), fc.jsonValue({ maxDepth: 2 })),
);

/** Written key by key, because an object literal would turn "__proto__" into something else. */
function written(pairs: readonly (readonly [string, unknown])[]): string {
  return `{ ${pairs.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(", ")} }`;
}

/** What may lie under the name of lecture05.config.json. */
export const configuration: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: knownObject.map((pairs) => Buffer.from(written(pairs))) },
  { weight: 3, arbitrary: strangeObject.map(([known, odd]) => Buffer.from(written([...known, odd]))) },
  { weight: 1, arbitrary: knownObject.map((pairs) => Buffer.from(`\ufeff${written(pairs)}`)) },
  { weight: 1, arbitrary: knownObject.map((pairs) => Buffer.from(written(pairs)).subarray(1)) },
  { weight: 2, arbitrary: fc.json({ noUnicodeString: false }).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(10, 5_000)
      .map((depth) => Buffer.from(`{"stack":${"[".repeat(depth)}${"]".repeat(depth)}}`)),
  },
);

export function judgeConfiguration(bytes: Uint8Array, around: Surroundings): Judgement {
  const file: Judgement = { verdict: "bad", keys: ["lecture05.config.json"] };
  if (!isUtf8(bytes)) return file;
  let value: unknown;
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString()
        .replace(/^\ufeff/, ""),
    );
  } catch {
    return file;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return file;
  const pairs = Object.entries(value);
  const unknown = pairs.filter(([key]) => key !== "$schema" && !(settingNames as string[]).includes(key));
  if (unknown.length > 0) return { verdict: "bad", keys: ["Unknown key", "不明なキー"] };
  return worst(
    pairs.filter(([key]) => key !== "$schema").map(([key, said]) => judgePair(key as SettingName, said, around)),
  );
}

/** The directories that count: the environment's, else the file's. */
export function judgePlaces(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  config: Uint8Array | undefined,
  { cwd }: Surroundings,
): Judgement {
  const file = parsed(config);
  const said = (name: "dir" | "app"): string | undefined => {
    const inFile = file[name];
    return env[settingRules[name].variable] || (typeof inFile === "string" ? inFile : undefined);
  };
  return worst([
    { verdict: judgePlace("--dir", said("dir"), cwd), keys: [settingRules.dir.variable, "dir"] },
    { verdict: deploys(argv) ? judgePlace("--app", said("app"), cwd) : "good", keys: ["LECTURE05_APP"] },
  ]);
}

function parsed(config: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(config ?? [])
        .toString()
        .replace(/^\ufeff/, ""),
    );
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function judgePair(name: SettingName, value: unknown, around: Surroundings): Judgement {
  // In JSON's own spelling the quotes are escaped.
  const keys = [`"${name}" (lecture05.config.json)`, `\\"${name}\\" (lecture05.config.json)`];
  const { flag } = settingRules[name];
  if (kinds[name] === "switch") return { verdict: typeof value === "boolean" ? "good" : "bad", keys };
  if (kinds[name] === "text") return { verdict: typeof value === "string" ? judge(flag, value, around) : "bad", keys };
  if (!Array.isArray(value) || value.length === 0) return { verdict: "bad", keys };
  const parts = value.map((part: unknown) =>
    // A comma separates on the command line only.
    typeof part === "string" && !part.includes(",") && part === part.trim() ? judge(flag, part, around) : "bad",
  );
  return { verdict: parts.includes("bad") ? "bad" : "good", keys };
}
