import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { hosts } from "../cli/support/services.ts";
import { attempt, makePlace, recordTally } from "./fuzz/attempt.ts";
import { anyWords, commandLine, judgeLine } from "./fuzz/command-line.ts";
import { commandForms } from "./fuzz/grammar.ts";
import { parameters, settle } from "./fuzz/settle.ts";

const languages = fc.constantFrom("C.UTF-8", "ja_JP.UTF-8");

describe("the command line", () => {
  it("is refused exactly where it is wrong, by the name of what is wrong", async () => {
    const cwd = makePlace();
    await fc.assert(
      fc.asyncProperty(commandLine, fc.boolean(), languages, async (line, state, LANG) => {
        const instances = state ? [hosts[0].instanceId] : undefined;
        await settle(cwd, { argv: line.argv, env: { LANG }, state }, judgeLine(line, { cwd, instances }));
      }),
      parameters(5000),
    );
  });

  it("may be any words: never a stack trace, never half done", async () => {
    const cwd = makePlace();
    await fc.assert(
      fc.asyncProperty(anyWords, languages, async (argv, LANG) => {
        await attempt(cwd, { argv, env: { LANG } });
      }),
      parameters(2500),
    );
  });

  it("knows every command", () => {
    expect(commandForms.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["up", "step", "status", "destroy", "verify", "plan", "exec", "logs", "sandbox reset"]),
    );
  });
});

afterAll(recordTally);
