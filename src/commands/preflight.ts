import { Lecture05Error } from "../errors.ts";
import { defaultDatabaseClass } from "../steps/database/names.ts";
import type { StepName } from "../steps/names.ts";
import type { Language } from "../text.ts";
import { certificateOf } from "./certificate.ts";
import type { Invocation } from "./command.ts";
import { loadBalancerOf } from "./load-balancer.ts";
import { settingsOf, type Reached } from "./stack-session.ts";

/**
 * On a real account, before anything is made: shows everything that can be known to be in the way, in one list. Returns
 * the error for it, or undefined when nothing is.
 */
export async function lookAhead(
  invocation: Invocation,
  reached: Reached,
  last: StepName,
): Promise<Lecture05Error | undefined> {
  if (reached.target !== "aws") return undefined;
  const services = await invocation.services();
  const reporter = await invocation.reporter();
  const { connection, stack, region, state } = reached;
  const settings = settingsOf(invocation.preferences);
  reporter.progress({ en: "looking whether anything stands in the way", ja: "事前確認を行っています" });
  const checks = await services.preflight({
    ports: connection.ports,
    stack,
    region,
    caller: { account: connection.account, arn: connection.arn },
    recorded: state,
    instanceType: settings.instanceType,
    givenProfile: settings.instanceProfile !== undefined,
    accessLogs: settings.accessLogs === true,
    databaseClass: settings.databaseClass ?? defaultDatabaseClass,
    givenNetwork: settings.subnets !== undefined || standsInGivenNetwork(state),
    loadBalancer: loadBalancerOf(invocation, state),
    certificateArn: certificateOf(invocation, reached),
    last,
    now: reached.clock.now(),
  });
  reporter.pause();
  for (const check of checks) reporter.event({ type: "preflight.check", ...check });
  const failed = checks.filter(({ verdict }) => verdict === "failed");
  if (failed.length === 0) return undefined;
  const list = (language: Language): string =>
    failed.map(({ title, observed }) => `${title[language]}: ${observed[language]}`).join("\n");
  return new Lecture05Error("PREFLIGHT_FAILED", {
    what: {
      en: `Nothing was made: ${failed.length} of ${checks.length} checks before the start failed`,
      ja: `何も作成していません: 事前確認 ${checks.length} 件のうち ${failed.length} 件が失敗しました`,
    },
    why: { en: list("en"), ja: list("ja") },
    next: failed.flatMap(({ next = [] }) => next),
  });
}

/** As step ec2 noted it in an earlier run. */
function standsInGivenNetwork(state: Reached["state"]): boolean {
  const output = state?.steps.find(({ name }) => name === "ec2")?.output;
  return output?.["givenSubnetIds"] !== undefined;
}
