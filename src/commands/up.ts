import { up as runUp } from "../engine/run.ts";
import { checkApp } from "./check-app.ts";
import type { Command } from "./command.ts";
import { prepareForCosts } from "./confirm-costs.ts";
import { keepCertificate, requireUsable, wantedCertificate } from "./certificate.ts";
import { keepExpiry, wantedExpiry } from "./expiry.ts";
import { keepLoadBalancer, requireRules, wantedLoadBalancer } from "./load-balancer.ts";
import { adoptingFirst } from "./lost-state.ts";
import { plan } from "./plan.ts";
import { reach, withSession } from "./stack-session.ts";
import { lastOf } from "./hosts.ts";
import { optionalStepName } from "./step-name.ts";

export const up: Command = async (invocation) => {
  if (invocation.options.timings !== true) return carryOut(invocation);
  return (await import("./timings.ts")).timed(invocation, () => carryOut(invocation));
};

const carryOut: Command = async (invocation) => {
  const to = lastOf(invocation, optionalStepName(invocation.options.to));
  const teach = invocation.options.teach === true ? (await import("./teach.ts")).teacher(invocation) : undefined;
  if (invocation.options.dryRun === true) return plan(invocation);
  await checkApp(invocation.preferences);
  return reach(invocation, async (reached) => {
    const expiry = wantedExpiry(invocation, reached);
    const certificate = wantedCertificate(invocation, reached);
    const loadBalancer = wantedLoadBalancer(invocation, reached.state);
    if (to === "static-site") requireRules({ loadBalancer: loadBalancer ?? reached.state?.loadBalancer });
    const confirmCosts = await prepareForCosts(invocation, reached, to, expiry);
    await requireUsable(certificate, reached);
    const { before, work } = adoptingFirst(invocation, confirmCosts, async (session) => {
      await keepExpiry(session, expiry);
      await keepCertificate(session, certificate);
      await keepLoadBalancer(session, loadBalancer);
      // Who is taught sees one thing after the other.
      const sequential = invocation.options.sequential === true || teach !== undefined;
      await runUp(session, { ...(to ? { to } : {}), ...(teach ? { before: teach } : {}), sequential });
      return 0;
    });
    return withSession(invocation, reached, true, work, before);
  });
};
