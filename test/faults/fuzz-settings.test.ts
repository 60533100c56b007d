import * as fc from "fast-check";
import { afterAll, describe, it } from "vitest";
import { makePlace, recordTally } from "./fuzz/attempt.ts";
import { worst } from "./fuzz/command-line.ts";
import { parameters, settle } from "./fuzz/settle.ts";
import { configuration, environment, judgeConfiguration, judgeEnvironment, judgePlaces } from "./fuzz/settings.ts";

const commands = fc.constantFrom(["status"], ["up"], ["destroy"], ["plan", "--json"], ["step", "puma", "--show"]);

describe("settings", () => {
  it("in the file are refused exactly where they are wrong", async () => {
    const cwd = makePlace();
    await fc.assert(
      fc.asyncProperty(configuration, commands, async (config, argv) => {
        const around = { cwd, instances: undefined };
        const places = judgePlaces(argv, {}, config, around);
        await settle(cwd, { argv, config }, worst([judgeConfiguration(config, around), places]));
      }),
      parameters(1500),
    );
  });

  it("in the environment and the file together are refused exactly where they are wrong", async () => {
    const cwd = makePlace();
    await fc.assert(
      fc.asyncProperty(
        environment,
        fc.option(configuration, { nil: undefined, freq: 4 }),
        commands,
        async (env, config, argv) => {
          const around = { cwd, instances: undefined };
          const inFile = config ? [judgeConfiguration(config, around)] : [];
          const places = judgePlaces(argv, env, config, around);
          await settle(cwd, { argv, env, config }, worst([judgeEnvironment(env, around), ...inFile, places]));
        },
      ),
      parameters(1500),
    );
  });
});

afterAll(recordTally);
