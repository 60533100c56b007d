import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { keepRealism } from "../../../src/commands/sandbox/keep-realism.ts";
import { realismText } from "../../../src/commands/sandbox/realism-text.ts";
import { Dice } from "../../../src/sandbox/realism/dice.ts";
import { readRealism } from "../../../src/sandbox/realism/settings.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const nothingSaid = { seed: undefined, timeScale: undefined, without: undefined };

describe("how a sandbox is to behave", () => {
  it("is kept in its home until it is changed, and tells whether the daemon has to start anew", async () => {
    const home = temporaryDirectory();
    expect(readRealism(home)).toBeUndefined();
    expect(await keepRealism(home, undefined)).toBe(false);
    expect(await keepRealism(home, "none")).toBe(false);
    expect(await keepRealism(home, nothingSaid)).toBe(true);
    expect(readRealism(home)).toEqual({ seed: 1, timeScale: 1, without: [] });
    expect(await keepRealism(home, nothingSaid)).toBe(false);
    expect(await keepRealism(home, undefined)).toBe(false);
    expect(await keepRealism(home, { seed: 7, timeScale: 0.1, without: ["late-logs", "boot"] })).toBe(true);
    expect(readRealism(home)).toEqual({ seed: 7, timeScale: 0.1, without: ["boot", "late-logs"] });
    expect(statSync(join(home, "realism.json")).mode & 0o777).toBe(0o600);
    expect(await keepRealism(home, "none")).toBe(true);
    expect(readRealism(home)).toBeUndefined();
  });

  it.each(["", "{", "{}", '{"seed":"x","timeScale":1}'])("counts a file with %j as none", (text) => {
    const home = temporaryDirectory();
    writeFileSync(join(home, "realism.json"), text);
    expect(readRealism(home)).toBeUndefined();
  });

  it("is told with its seed and its scale", () => {
    const { en, ja } = realismText({ seed: 7, timeScale: 0.1, without: ["boot"] });
    expect(en).toBe("realism: aws, seed 7, AWS's times × 0.1, without boot");
    expect(ja).toBe("realism: aws、seed 7、所要時間は AWS の 0.1 倍、再現しない動作: boot");
  });
});

describe("dice", () => {
  it("show the same for the same seed, whatever else they are thrown for", () => {
    const [one, other] = [new Dice(7), new Dice(7)];
    other.next("something", "else");
    const throws = (dice: Dice): number[] => [1, 2, 3].map(() => dice.next("throttling", "DescribeVpcs"));
    const first = throws(one);
    expect(throws(other)).toEqual(first);
    expect(new Set(first).size).toBe(3);
    expect(throws(new Dice(8))).not.toEqual(first);
    for (const number of first) expect(number >= 0 && number < 1).toBe(true);
  });
});
