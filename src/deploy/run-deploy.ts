import { withReplacementHeld } from "../engine/hold-replacement.ts";
import { throwIfInterrupted } from "../engine/interrupt.ts";
import type { Session } from "../engine/session.ts";
import { redact } from "../records/redact.ts";
import type { AppBundle } from "../remote/bundle-app.ts";
import { removeRelease } from "../remote/install-app.ts";
import type { DeployCommand, DeployRecord, InstalledRelease } from "../state/deployment.ts";
import { alb } from "../steps/alb.ts";
import { puma } from "../steps/puma.ts";
import { hasGroup } from "../steps/redundancy/members.ts";
import { keepImageOfRelease, launchWithRelease } from "./image.ts";
import { prepareHosts } from "./prepare.ts";
import { hostsOf } from "./ready.ts";
import { switchHost } from "./switch-host.ts";
import { lookAt, runEverywhere, runs, type FoundHost, type Work } from "./work.ts";
import { failed, interruptedMidway } from "./failures.ts";

export interface DeployRequest {
  readonly command: DeployCommand;
  readonly to: InstalledRelease;
  readonly from: InstalledRelease;
  /** What is sent first; undefined: the hosts have it. */
  readonly bundle?: AppBundle | undefined;
  readonly hosts: readonly FoundHost[];
}

const keptRecords = 20;

/** Brings every host to a release, or every host back to the one before. What it is at stands in the state. */
export async function runDeploy(session: Session, request: DeployRequest): Promise<DeployRecord> {
  const { command, from, to } = request;
  const { state } = session.store;
  const startedAt = session.clock.now().toISOString();
  // With a signal of its own: a host that was begun is brought to its end, whatever comes.
  const ctx = { ...session.contextFor(puma), signal: new AbortController().signal };
  const work: Work = { session, ctx, alb: ctx.output(alb), from, to, isGrouped: hasGroup(state.steps) };
  const course: Course = { migrations: 0, phase: "prepare" };
  const deployment = (state.deployment ??= { current: from, hosts: {}, records: [] });
  deployment.pending = { command, to, since: startedAt };
  await session.save();
  session.workLog.append({ kind: "deploy", command, event: "started", from: from.release, to: to.release });
  try {
    await withReplacementHeld(session, puma, () => carryOut(work, request, course));
    finish(work);
    return await close("done");
  } catch (error) {
    const known = session.translate(error);
    if (known?.code === "INTERRUPTED") {
      await close("interrupted");
      throw interruptedMidway(command, to.release, course.phase);
    }
    const { outcome = "failed", cause = error } = error instanceof WentBack ? error : {};
    const reason = redact(session.translate(cause)?.message ?? String(cause));
    await close(outcome, reason).catch(() => {});
    const failure = session.translate(cause);
    throw failure ? failed(command, outcome, failure, { ...course, to: to.release, from: from.release }) : cause;
  }

  async function close(outcome: DeployRecord["outcome"], reason?: string): Promise<DeployRecord> {
    const finishedAt = session.clock.now().toISOString();
    const now = state.deployment ?? deployment;
    if (outcome === "went-back") {
      now.hosts = {};
      delete now.pending;
    }
    const hosts = state.hosts.map(({ instanceId }) => ({
      instanceId,
      release: now.hosts[instanceId] ?? now.current.release,
    }));
    const record: DeployRecord = {
      command,
      from: from.release,
      to: to.release,
      startedAt,
      finishedAt,
      outcome,
      migrations: course.migrations,
      hosts,
      ...(reason === undefined ? {} : { reason }),
    };
    now.records = [...now.records, record].slice(-keptRecords);
    await session.save();
    const durationMs = Date.parse(finishedAt) - Date.parse(startedAt);
    session.workLog.append({
      kind: "deploy",
      command,
      event: outcome,
      from: from.release,
      to: to.release,
      durationMs,
      migrations: course.migrations,
      ...(reason === undefined ? {} : { error: reason }),
    });
    return record;
  }
}

/** How far it has come. */
export interface Course {
  migrations: number;
  /** prepare: no host has changed yet; launch: every host has changed, and those launched from now on are to. */
  phase: "prepare" | "switch" | "launch";
}

/** A check failed, and what was done about it. */
class WentBack extends Error {
  constructor(
    override readonly cause: unknown,
    readonly outcome: "went-back" | "failed",
  ) {
    super(String(cause));
  }
}

async function carryOut(work: Work, { bundle, hosts }: DeployRequest, course: Course): Promise<void> {
  const { session, ctx } = work;
  try {
    if (bundle) course.migrations = await prepareHosts(work, hosts, bundle);
    await switchAll(work, hosts, course);
  } catch (error) {
    if (session.translate(error)?.code === "INTERRUPTED") throw error;
    try {
      await session.clock.shielded(() => goBack(work));
    } catch (another) {
      // Both matter; the second one says why hosts still have the new release.
      const second = session.translate(another)?.message ?? String(another);
      ctx.progress({ en: `going back failed: ${second}`, ja: `元のリリースに戻せませんでした: ${second}` });
      throw new WentBack(error, "failed");
    }
    throw new WentBack(error, "went-back");
  }
  course.phase = "launch";
  await session.clock.shielded(() => (work.isGrouped ? launchWithRelease(work, ctx) : keepImageOfRelease(work)));
}

/** One host after the other; a host that has it and serves is only looked at. */
async function switchAll(work: Work, found: readonly FoundHost[], course: Course): Promise<void> {
  const { session, ctx, alb: output, to } = work;
  const done = new Set<string>();
  let hosts = found;
  for (let round = 0; round < 3 && hosts.length > 0; round++) {
    for (const [index, host] of hosts.entries()) {
      throwIfInterrupted(session.signal);
      ctx.progress({
        en: `host ${index + 1} of ${hosts.length}: ${host.instanceId}`,
        ja: `ホスト ${index + 1}/${hosts.length}: ${host.instanceId}`,
      });
      course.phase = "switch";
      await session.clock.shielded(() => bringTo(work, host, to, hosts.length + done.size === 1));
      done.add(host.instanceId);
    }
    // The group may have put another in a lost one's place meanwhile, and that one is of the old image.
    const others = (await hostsOf(session, ctx)).filter((id) => !done.has(id));
    hosts = others.length > 0 ? await lookAt(ctx, output, others) : [];
  }
}

async function bringTo(work: Work, host: FoundHost, to: InstalledRelease, isAlone: boolean): Promise<void> {
  const { session } = work;
  const { deployment } = session.store.state;
  await switchHost(work, host, to, isAlone);
  if (!deployment) return;
  deployment.hosts[host.instanceId] = to.release;
  await session.save();
}

/** Every host that has the new release, or is between the two, to the old one again, in the same way. */
async function goBack(work: Work): Promise<void> {
  const { session, ctx, alb: output, from, to } = work;
  const ids = await hostsOf(session, ctx);
  const hosts = await lookAt(ctx, output, ids);
  ctx.progress({ en: `going back to release ${from.release}`, ja: `リリース ${from.release} に戻しています` });
  // What is out of rotation first: the others serve meanwhile.
  const inOrder = hosts.toSorted((a, b) => Number(a.targetState === "healthy") - Number(b.targetState === "healthy"));
  for (const host of inOrder) {
    if (runs(host, from.release) && host.targetState === "healthy") continue;
    await bringTo(work, host, from, hosts.length === 1);
  }
  // It takes a place among those that are kept for a way back; the one that serves is never removed.
  const kept = session.store.state.deployment?.previous?.release;
  if (to.release !== kept && to.release !== from.release) await runEverywhere(ctx, ids, [removeRelease(to.release)]);
}

function finish({ session, from, to }: Work): void {
  const { state } = session.store;
  const { deployment } = state;
  if (!deployment) return;
  if (to.release !== from.release) deployment.previous = from;
  Object.assign(deployment, { current: to, hosts: {} });
  delete deployment.pending;
  session.recordOf("puma").output = { release: to.release };
}
