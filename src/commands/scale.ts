import { applyStep } from "../engine/run.ts";
import { Lecture05Error } from "../errors.ts";
import { mostHosts } from "../steps/redundancy/settings.ts";
import { checkApp } from "./check-app.ts";
import type { Command } from "./command.ts";
import { prepareForCosts } from "./confirm-costs.ts";
import { requireTimeLeft } from "./expiry.ts";
import { requireState } from "./require-state.ts";
import { reach, withSession } from "./stack-session.ts";
import { wantedOf } from "./wanted.ts";
import { wholeNumber } from "./whole-number.ts";

const option = {
  option: "scale",
  least: 1,
  most: mostHosts,
  otherwise: 0,
  command: "lecture05 scale",
  unit: { en: "hosts", ja: "台" },
};

/** More hosts, or fewer: the step `redundancy` with another number. */
export const scale: Command = async (invocation) => {
  const hosts = wholeNumber(invocation.args[0], option);
  const { steps } = requireState(invocation.preferences);
  if (!steps.some(({ name, output }) => name === "redundancy" && output !== undefined)) {
    throw new Lecture05Error("STEP_REQUIREMENT_MISSING", {
      what: { en: "This stack has one host of its own, and no group", ja: "このスタックはホスト 1 台の構成です" },
      why: { en: "Not done yet: redundancy", ja: "まだ完了していません: redundancy" },
      next: [`lecture05 up --hosts ${Math.max(hosts, 2)}`],
    });
  }
  await checkApp(invocation.preferences);
  const wanted = { ...invocation, preferences: { ...invocation.preferences, hosts } };
  return reach(
    wanted,
    async (reached) => {
      requireTimeLeft(reached);
      const confirmCosts = await prepareForCosts(wanted, reached, "redundancy", {
        ...wantedOf(wanted, reached),
        expiry: undefined,
      });
      return withSession(
        wanted,
        reached,
        true,
        async (session) => {
          await applyStep(session, "redundancy");
          return 0;
        },
        confirmCosts,
      );
    },
    { needsStack: true, refuse: requireTimeLeft },
  );
};
