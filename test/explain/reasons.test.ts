import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/commands/explain/facts.ts";
import { resolvePreferences } from "../../src/commands/settings.ts";
import { explainStep, explainTopic } from "../../src/explain/explain.ts";
import { firstSentence, reasonsFor, reasonForAbsence, reasonIn, type Explanation } from "../../src/explain/reason.ts";
import { environmentSources, nginxSource, requestSource, rubySource, unitSource } from "../../src/explain/sources.ts";
import { topics } from "../../src/explain/topics.ts";
import { nginxConfiguration } from "../../src/remote/nginx-configuration.ts";
import { pumaUnit } from "../../src/remote/puma-unit.ts";
import { steps } from "../../src/steps/index.ts";
import { hasJapanese } from "../texts/find-texts.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const why = { en: "Because.", ja: "理由です。" };

describe("a source and its reasons", () => {
  const source = { where: "/etc/x", settings: [{ name: "a", value: "1" }] };

  it("belong together: a setting without a reason is a bug, and so is a reason without a setting", () => {
    expect(reasonsFor(source, { a: why })).toEqual([{ name: "a", value: "1", where: "/etc/x", why }]);
    expect(() => reasonsFor(source, {})).toThrow("/etc/x: a 1: no reason");
    expect(() => reasonsFor(source, { a: why, b: why })).toThrow("/etc/x: reasons for what is not set: b");
    expect(() => reasonIn({ where: "script x", text: "y" }, "z", /z=(\d)/, why)).toThrow("script x: z is not there");
    expect(() => reasonForAbsence("ec2 X", "KeyName", true, why)).toThrow("ec2 X: KeyName is there");
  });

  it("a new directive of Nginx or of Puma's unit without a reason is found", () => {
    const site = nginxConfiguration().replace("server_tokens off;", "server_tokens off;\n    etag off;");
    const names = nginxSource("site", site).settings.map(({ name }) => name);
    expect(names).toContain("etag");
    const unit = unitSource("unit", `${pumaUnit}\n[Service]\nNice=5\n`).settings.map(({ name }) => name);
    expect(unit).toContain("Nice");
  });

  it("all directives are read: as many as lines that end with ; or {, without what is in a map", () => {
    const text = nginxConfiguration();
    const { settings } = nginxSource("site", text);
    const withoutMaps = text.replaceAll(/(map [^{]*)\{[^}]*\}/g, "$1;");
    const lines = withoutMaps.split("\n").filter((line) => !/^\s*#/.test(line) && /[;{]\s*$/.test(line));
    expect(settings).toHaveLength(lines.length);
    expect(settings.filter(({ name }) => name === "map")).toHaveLength(2);
    const unitLines = pumaUnit.split("\n").filter((line) => /^[^#[\s]/.test(line));
    expect(unitSource("unit", pumaUnit).settings).toHaveLength(unitLines.length);
  });
});

describe("reading settings", () => {
  it("flattens a request, and takes tags as one", () => {
    const request = {
      A: { B: true, C: [1, 2] },
      D: [{ E: "x" }, { E: "y" }],
      F: undefined,
      TagSpecifications: [{ Tags: [{ Key: "k", Value: "v" }] }],
    };
    expect(requestSource("x", request).settings).toEqual([
      { name: "A.B", value: "true" },
      { name: "A.C", value: "1, 2" },
      { name: "D.E", value: "x" },
      { name: "D.E", value: "y" },
      { name: "TagSpecifications", value: "k" },
    ]);
  });

  it("finds the environment files that a script writes", () => {
    const script =
      "put_file /etc/x/1.env 600 root:root <<'END'\nA=1\nB=\"x y\"\nEND\nput_file /etc/x/2.conf 644 a:b <<'END'\nC=1\nEND\n";
    expect(environmentSources(script)).toEqual([
      {
        where: "/etc/x/1.env",
        settings: [
          { name: "A", value: "1" },
          { name: "B", value: '"x y"' },
        ],
      },
    ]);
  });

  it("reads Ruby's settings", () => {
    const text = 'bind ENV.fetch("X")\n# comment\nif true\n  config.force_ssl = false\nend\npreload_app! workers > 1\n';
    expect(rubySource("x", text).settings).toEqual([
      { name: "bind", value: 'ENV.fetch("X")' },
      { name: "config.force_ssl", value: "false" },
      { name: "preload_app!", value: "workers > 1" },
    ]);
  });

  it("takes the first sentence", () => {
    expect(firstSentence({ en: "One, e.g. 1.5. Two.", ja: "一つ目です。二つ目です。" })).toEqual({
      en: "One, e.g. 1.5.",
      ja: "一つ目です。",
    });
    expect(firstSentence({ en: "Only one.", ja: "一つだけです。" })).toEqual({ en: "Only one.", ja: "一つだけです。" });
  });
});

describe("what is said", () => {
  const facts = () => factsOf(resolvePreferences({}, {}, temporaryDirectory()));
  const everything = (): Explanation[] => [
    ...steps.map((step) => explainStep(step, facts())),
    ...topics.map((topic) => explainTopic(topic, facts())),
  ];

  it("is there for every step and topic without a state, with at least one lesson a step", () => {
    for (const { name, kind, text, settings, see } of everything()) {
      expect(text.length, name).toBeGreaterThan(0);
      expect(settings.length, name).toBeGreaterThan(0);
      if (kind === "step") expect(settings.filter((reason) => reason.why.lesson).length, name).toBeGreaterThan(0);
      if (name !== "nginx") expect(see.length, name).toBeGreaterThan(0);
    }
  });

  it("is in English and in Japanese, in whole sentences", () => {
    for (const { text, settings } of everything()) {
      for (const { en, ja } of [...text, ...settings.map((reason) => reason.why)]) {
        expect(hasJapanese(en), en).toBe(false);
        expect(hasJapanese(ja), ja).toBe(true);
        expect(en).toMatch(/^([A-Z0-9/]|systemd ).*[.)]$/su);
        expect(ja).toMatch(/[。)]$/u);
      }
    }
  });

  it("has short first sentences where a step teaches", () => {
    for (const { settings } of everything()) {
      for (const reason of settings.filter((candidate) => candidate.why.lesson)) {
        expect(firstSentence(reason.why).en.length, reason.name).toBeLessThanOrEqual(180);
        expect(firstSentence(reason.why).ja.length, reason.name).toBeLessThanOrEqual(90);
      }
    }
  });

  it("has names that are not used twice", () => {
    const names = [...steps.map(({ name }) => name), ...topics.flatMap(({ name, aliases }) => [name, ...aliases])];
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});
