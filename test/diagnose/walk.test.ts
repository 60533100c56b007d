import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/diagnose/facts.ts";
import { automatic, evidence, onHost, type Diagnosis, type Layer } from "../../src/diagnose/layer.ts";
import { walk } from "../../src/diagnose/walk.ts";
import { healthy, healthyHost } from "./recorded-facts.ts";

const words = (text: string) => ({ en: text, ja: text });

function fault(code: string, more: Partial<Diagnosis> = {}): Diagnosis {
  return {
    code,
    logLines: [code],
    cause: words(`cause of ${code}`),
    fix: automatic(onHost("true")),
    find: () => ({ evidence: [evidence("command", code)] }),
    ...more,
  };
}

function layer(name: Layer["name"], diagnoses: readonly Diagnosis[], more: Partial<Layer> = {}): Layer {
  return {
    name,
    title: words(name),
    since: "ec2",
    scope: "stack",
    diagnoses,
    observed: () => `${name} seen`,
    ...more,
  };
}

const none: Diagnosis["find"] = () => undefined;
const ill = { symptom: () => [evidence("curl", "502")] };
const codeOf = (layers: readonly Layer[], facts: Facts = healthy): string => walk(layers, facts).code;

describe("the walk", () => {
  it("stops at the first layer that is itself wrong", () => {
    const verdict = walk(
      [layer("nginx", [fault("A", { find: none })]), layer("puma", [fault("B")]), layer("rails", [fault("C")])],
      healthy,
    );
    expect(verdict).toMatchObject({ layer: "puma", code: "B", ruledOut: [{ layer: "nginx", observed: "nginx seen" }] });
  });

  it("passes by a layer that only suffers, and does not call it ruled out", () => {
    const verdict = walk([layer("target-group", [], ill), layer("nginx", []), layer("puma", [fault("B")])], healthy);
    expect(verdict).toMatchObject({ layer: "puma", code: "B", ruledOut: [{ layer: "nginx" }] });
  });

  it("says unknown with what was seen when a symptom has no cause", () => {
    const verdict = walk(
      [layer("target-group", [], ill), layer("rails", [], { symptom: () => [evidence("curl /", "500")] })],
      healthy,
    );
    expect(verdict).toMatchObject({ layer: "rails", code: "UNKNOWN", fix: { actions: [], automatic: false } });
    expect(verdict.evidence.map(({ line }) => line)).toEqual(["500", "502"]);
  });

  it("prefers what raises a named symptom, wherever further in, and nothing else", () => {
    const crash = fault("CRASH", {
      symptom: true,
      find: () => ({ evidence: [evidence("journal", "no such table: fruits")] }),
    });
    const tables = fault("TABLES", { raises: /no such table/ });
    const other = fault("OTHER");
    expect(codeOf([layer("puma", [crash]), layer("rails", [other]), layer("database", [tables])])).toBe("TABLES");
    expect(codeOf([layer("puma", [crash]), layer("rails", [other])])).toBe("CRASH");
    expect(codeOf([layer("puma", [crash]), layer("database", [fault("TABLES", { raises: /elsewhere/ })])])).toBe(
      "CRASH",
    );
  });

  it("names what does no harm only when nothing does", () => {
    const open = layer("security-group", [fault("OPEN", { latent: true })]);
    expect(codeOf([open, layer("puma", [fault("B")])])).toBe("B");
    expect(codeOf([open, layer("puma", [], ill)])).toBe("UNKNOWN");
    expect(codeOf([open, layer("puma", [])])).toBe("OPEN");
  });

  it("does not miss what a later step brings, nor what an earlier one has handed over", () => {
    const facts: Facts = { ...healthy, reached: ["ec2", "puma"] };
    expect(codeOf([layer("nginx", [fault("A")], { since: "nginx" })], facts)).toBe("NOTHING_WRONG");
    expect(codeOf([layer("puma", [fault("A", { since: "puma-socket" })])], facts)).toBe("NOTHING_WRONG");
    expect(codeOf([layer("puma", [fault("A", { until: "puma" })])], facts)).toBe("NOTHING_WRONG");
    expect(codeOf([layer("puma", [fault("A", { until: "puma-socket" })])], facts)).toBe("A");
  });

  it("looks in a half-installed step only for what keeps it from being installed", () => {
    const occasion = { failedChecks: [], failure: "no disk", unfinished: "puma" as const };
    const facts: Facts = { ...healthy, reached: ["ec2", "puma"], occasion };
    const puma = (...diagnoses: Diagnosis[]) => layer("puma", diagnoses, { since: "puma", ...ill });
    expect(codeOf([layer("host", []), puma(fault("UNIT"))], facts)).toBe("UNKNOWN");
    expect(codeOf([layer("host", []), puma(fault("UNIT"), fault("RUBY", { whileInstalling: true }))], facts)).toBe(
      "RUBY",
    );
    expect(codeOf([layer("host", [fault("DISK")]), puma()], facts)).toBe("DISK");
  });

  it("does not call it well when a check had failed", () => {
    const check = { name: "page", title: words("page"), expected: "200", observed: "500", ok: false };
    const facts: Facts = { ...healthy, occasion: { failedChecks: [check], failure: undefined, unfinished: undefined } };
    expect(walk([layer("puma", [])], facts)).toMatchObject({
      code: "UNKNOWN",
      evidence: [{ line: "500 (expected: 200)" }],
    });
  });

  it("judges every host and names the one", () => {
    const second = { ...healthyHost, instance: { ...healthyHost.instance, id: "i-2" } };
    const facts: Facts = { ...healthy, hosts: [healthyHost, second] };
    const find: Diagnosis["find"] = ({ host }) => (host?.instance.id === "i-2" ? { evidence: [] } : undefined);
    expect(walk([layer("puma", [fault("B", { find })], { scope: "host" })], facts)).toMatchObject({
      code: "B",
      instanceId: "i-2",
    });
  });

  it("fills words in, quotes them in commands, and keeps secrets to itself", () => {
    const odd = fault("ODD", {
      cause: words("{file} and {unknown}"),
      fix: automatic(onHost("cat {file}")),
      find: () => ({ evidence: [evidence("env", "SECRET_KEY_BASE=0123456789")], values: { file: "it's; rm -rf /" } }),
    });
    const verdict = walk([layer("puma", [odd])], healthy);
    expect(verdict.cause.en).toBe("it's; rm -rf / and {unknown}");
    expect(verdict.fix.actions).toEqual([{ kind: "host", script: `cat 'it'\\''s; rm -rf /'` }]);
    expect(verdict.evidence[0]?.line).toBe("SECRET_KEY_BASE=[redacted]");
  });
});
