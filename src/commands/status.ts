import { countModules } from "../state/modules.ts";
import type { Command } from "./command.ts";
import { identify } from "./identity.ts";
import { statusReport, type StatusReport } from "./status/report.ts";

/** From the state alone, so that it answers at once; --live asks AWS too. */
export const status: Command = async (invocation) => {
  const { options } = invocation;
  if (options.web === true || options.port !== undefined) {
    return (await import("./status/web.ts")).statusWeb(invocation);
  }
  const now = new Date();
  const identity = identify(invocation.preferences);
  let report: StatusReport = statusReport(identity, invocation.preferences.directory, now);
  if (options.live === true && identity.state) {
    const { askLive } = await import("./status/live.ts");
    report = { ...report, live: await askLive(invocation, identity.state) };
  }
  if (invocation.json) invocation.print(JSON.stringify(report, undefined, 2));
  else {
    const { statusLines } = await import("./status/view.ts");
    invocation.print(...(await statusLines(report, countModules(identity.state ?? { modules: [] }), invocation, now)));
  }
  return 0;
};
