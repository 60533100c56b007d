import { describe, expect, it } from "vitest";
import { inWords } from "../../src/observed.ts";
import {
  findObservations,
  findPairs,
  findStrays,
  findUntranslated,
  hasJapanese,
  isEnglish,
  isNeutral,
} from "./find-texts.ts";
import { parse, sources } from "./syntax.ts";

const everything = sources(() => true);
/** The sandbox speaks AWS's words to the SDK; what it says to people is in pairs. Remote scripts run on hosts. */
const forPeople = sources(
  (file) => !file.startsWith("sandbox/") && !file.startsWith("remote/") && !file.startsWith("diagnose/"),
);
/** text.ts is where `untranslated` itself is made, observed.ts where `inWords` is, schema.ts the shape of a pair. */
const pairs = everything
  .filter(({ file }) => !["text.ts", "observed.ts", "state/schema.ts"].includes(file))
  .flatMap(findPairs);

function places<Entry extends { readonly where: string }>(
  list: readonly Entry[],
  describe: (entry: Entry) => string,
): string[] {
  return list.map((entry) => `${entry.where}: ${describe(entry)}`);
}

/** Names that look like words. */
const names = [/^(npipe|root|docker|aws|public|private)$/, /^\{\} \(API \{\}, cgroup v\{\}, \{\}\)$/];

describe("words for people", () => {
  it("are there in English and in Japanese", () => {
    expect(pairs.length).toBeGreaterThan(300);
    expect(
      places(
        pairs.filter(({ en, ja }) => !en || !ja),
        () => "one language is missing",
      ),
    ).toEqual([]);
  });

  it("are Japanese where they say so", () => {
    const wrong = pairs.flatMap(({ where, japanese }) =>
      japanese.filter((text) => !hasJapanese(text) && !isNeutral(text)).map((text) => ({ where, text })),
    );
    expect(places(wrong, ({ text }) => `"${text}" is not Japanese`)).toEqual([]);
  });

  it("are English where they say so", () => {
    const wrong = pairs.flatMap(({ where, english }) => english.filter(hasJapanese).map((text) => ({ where, text })));
    expect(places(wrong, ({ text }) => `"${text}" is not English`)).toEqual([]);
  });

  it("are not one text for both; what cannot be translated says so: untranslated(…), inWords(…)", () => {
    const wrong = pairs.filter(({ isOneExpression }) => isOneExpression);
    expect(places(wrong, () => "the same expression twice")).toEqual([]);
    const words = everything
      .flatMap(findUntranslated)
      .filter(({ text }) => !isNeutral(text) && !names.some((name) => name.test(text)));
    expect(places(words, ({ text }) => `"${text}" can be translated`)).toEqual([]);
  });
});

const isTranslated = (text: string): boolean => {
  const { ja } = inWords(text);
  return hasJapanese(ja) && !isEnglish(ja);
};

/** Sentences that are no words of ours for the person at the terminal, each with its reason. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^(sudo |\$ )?(lecture05|aws|apt-get|docker|npm|eval|ruby|sh) /, "a command to type"],
  [/^ *eval "\$\(/, "a command to type"],
  [/^unset AWS_/, "a command to type"],
  [
    /^(ec2|iam|elbv2|s3|rds|ssm|autoscaling):[a-z-]+ (\S+)$/,
    "a resource, by type and logical name: part of the JSON contract",
  ],
  [
    /^(lecture05: (?:hosts of the stack|database of|\{\} of the stack)|HTTP from|MySQL from)/,
    "a description inside AWS, which takes ASCII only",
  ],
  [/^ELB (app|net)\//, "how AWS describes a load balancer's network interfaces"],
  [/^Made by lecture05 to prove/, "a record in the application, deleted at once"],
  [/(Content-Disposition: |multipart\/)form-data/, "HTTP"],
  [/^Welcome to nginx$/, "what Nginx's own page says"],
  [/^\[redacted/, "a mark in records"],
  [/^server unix:/, "a directive of Nginx"],
  [
    /^\s*(<[a-z!?]|\.picture \{|\.timeline|\.drill|\.badge \{|:root|style=|for \(const|\{\}<div)/,
    "markup or a style sheet; its words come from elsewhere",
  ],
  [/^\s*("use strict";|\(\(\) => \{|\{\}\.map\(\()/, "a script for the browser; its words come from elsewhere"],
  [/^\{\} \(tried \{\} times in \{\} s\)$/, "added to AWS's own words, which are English"],
  [/^(text\/[a-z-]+; charset=|default-src )/, "a header of HTTP"],
  [/^(connect\(\) to|\d+: [A-Z])/, "Nginx's own words in its log"],
  [/^(cd|getent|bundle) /, "a command to type"],
  [/^(access_log off;|rails server)$/, "a line of a configuration, a command line"],
  [/^# config\/environments\/production.rb: config\./, "a line of code to put there"],
  [/^(shape|rounded|sketch|edgeStyle)=/, "a style of diagrams.net"],
];

describe("English sentences", () => {
  it("stand in a pair, or are shown through inWords, or are no words for people", () => {
    const strays = forPeople
      .filter(({ file }) => file !== "observed.ts")
      .flatMap(findStrays)
      .filter(({ text }) => !others.some(([pattern]) => pattern.test(text)))
      .filter(({ text }) => !isTranslated(text.replaceAll("{}", "42")));
    expect(places(strays, ({ code }) => `${code} is in English only`)).toEqual([]);
  });

  it("are found by this test", () => {
    const found = (text: string): string[] => findStrays(parse("x.ts", text)).map((stray) => stray.text);
    expect(found('print("nothing was done");')).toEqual(["nothing was done"]);
    expect(found("print(`${count} hosts were found`);")).toEqual(["{} hosts were found"]);
    expect(found('print({ en: "nothing was done", ja: "何もしていません" });')).toEqual([]);
    expect(found('throw new Error("no such step here");')).toEqual([]);
    expect(found('throw new Lecture05Error("no such step here");')).toEqual(["no such step here"]);
  });
});

describe("what checks expected and saw", () => {
  const observations = sources((file) => file.startsWith("steps/") || file === "commands/status/live.ts").flatMap(
    findObservations,
  );

  it("is Japanese for Japanese readers, or a name, a number or a quotation", () => {
    expect(observations.length).toBeGreaterThan(60);
    const texts = observations.map(({ text }) => text);
    for (const text of ["no line in the access log", "on", "absent", "302 or 303"]) expect(texts).toContain(text);
    const wrong = observations.filter(({ text }) => !isTranslated(text) && !isQuotation(text));
    expect(places(wrong, ({ text }) => `"${text}" has no Japanese word in src/observed.ts`)).toEqual([]);
  });
});

/** Values in the words of the program that said them. */
const quotations = [
  "Welcome to nginx",
  "nginx",
  "200 text/css",
  "200 image",
  "750 app:app",
  "unix:/run/lecture05/puma.sock",
];
const isQuotation = (text: string): boolean =>
  quotations.includes(text) || isNeutral(text) || names.some((name) => name.test(text));
