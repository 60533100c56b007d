import { describe, expect, it } from "vitest";
import { isStarting, journalLine } from "../../src/diagnose/puma-facts.ts";
import { hostFacts } from "./recorded-facts.ts";

describe("what Puma's unit and journal say", () => {
  it("is no failure where systemd only remarks on control groups", () => {
    const facts = hostFacts({
      "puma.journal": [
        "Starting puma.service - Puma",
        "LoadError: Could not open library 'vips.so.42': vips.so.42: cannot open shared object file",
        "Starting puma.service - Puma",
        "Failed to attach 79483 to compat systemd cgroup '/system.slice/puma.service', ignoring: No such file or directory",
      ],
    });
    expect(journalLine(facts, /error|failed|cannot/i)).toContain("vips.so.42");
  });

  it.each([
    ["activating", "start", "0", true],
    ["activating", "start", "2", false],
    ["activating", "auto-restart", "0", false],
    ["active", "running", "0", false],
  ])("tells a first start from a crash: %s, %s, %s restarts", (active, sub, restarts, expected) => {
    const unit = [`ActiveState=${active}`, `SubState=${sub}`, `NRestarts=${restarts}`];
    expect(isStarting(hostFacts({ "puma.unit": unit }))).toBe(expected);
  });
});
