import { join } from "node:path";
import { Lecture05Error } from "../errors.ts";
import type { Connection } from "../aws/connect.ts";
import { Looks, tellingWaits } from "../aws/looks.ts";
import { withExpectations } from "../engine/expectations.ts";
import type { EngineEvent } from "../engine/events.ts";
import { createClock, type SessionClock } from "../engine/interrupt.ts";
import { followHosts } from "../engine/follow-hosts.ts";
import { recordRun } from "../engine/record-run.ts";
import { openSession, type Session } from "../engine/session.ts";
import { explainReplacement, hostIdsOf } from "../engine/replaced-meanwhile.ts";
import { restoreLeftovers } from "../engine/undo.ts";
import { durationsDirectory, openDurationBook } from "../records/durations.ts";
import { expiryText, isExpired } from "../records/expiry.ts";
import { learnSecrets } from "../records/redact.ts";
import { WorkLog } from "../records/work-log.ts";
import { copyStandsIn } from "../state/damage.ts";
import { findWorker } from "../state/find-worker.ts";
import { StateStore } from "../state/store.ts";
import { defaultInstanceType } from "../steps/ec2/layout.ts";
import type { Settings } from "../steps/step.ts";
import { askMfaCode } from "./ask-mfa-code.ts";
import type { Invocation } from "./command.ts";
import { identify, type StackIdentity } from "./identity.ts";
import { packageDirectory } from "./package-facts.ts";
import { sandboxIdIn } from "./sandbox-id.ts";
import type { SandboxEndpoint } from "./services.ts";
import type { Preferences } from "./settings.ts";

/** The sandbox answers at once and costs nothing to ask; AWS throttles those who ask often. */
export const pollMs = { sandbox: 100, aws: 3000 } as const;

export interface Reached extends StackIdentity {
  readonly connection: Connection;
  readonly endpoint: SandboxEndpoint | undefined;
  readonly clock: SessionClock;
  readonly workLog: WorkLog;
  readonly replacesDamaged: boolean | undefined;
}

/** What is known before anything is reached. */
export type Known = Pick<StackIdentity, "region" | "state"> & { readonly clock: SessionClock };

interface ReachOptions {
  /** Throws what the state and the settings alone forbid, before the sandbox is started or AWS is asked. */
  readonly refuse?: (known: Known) => unknown;
  /** The command has nothing to do where the stack is gone with its sandbox. */
  readonly needsStack?: boolean;
  /** The command makes a new state where the one that is there cannot be used. */
  readonly replacesDamaged?: boolean;
}

/** Reaches the target: starts the sandbox when it is needed, finds credentials, asks who we are. */
export async function reach<T>(
  invocation: Invocation,
  work: (reached: Reached) => Promise<T>,
  options: ReachOptions = {},
): Promise<T> {
  const { preferences } = invocation;
  const signal = invocation.signal();
  const identity = await locate(invocation, options);
  const { stack, target, region, state, lostSandbox } = identity;
  const looks = new Looks(() => new Date());
  const clock = tellingWaits(createClock(signal), looks);
  // Refused before anything is started or asked for credentials. The account is not known yet.
  if (state) {
    const { account } = state;
    StateStore.open(preferences.directory, { stack, target, region, account, lostSandbox }, clock.now());
  }

  // Somebody at work changes what is known here: then the lock is what refuses.
  if (!findWorker(preferences.directory)) await options.refuse?.({ region, state, clock });

  const services = await invocation.services();
  const reporter = await invocation.reporter();
  const endpoint =
    target === "sandbox"
      ? await (
          await services.sandbox(invocation.io.env)
        ).ensure({ onProgress: (message) => reporter.progress(message), signal, realism: preferences.realism })
      : undefined;
  reporter.pause();
  // Whatever is asked now, the hosts will not answer: here is why.
  const expiresAt = state?.expiresAt;
  if (expiresAt !== undefined && isExpired(expiresAt, clock.now()))
    reporter.note(expiryText(expiresAt, clock.now(), state?.resources ?? []));
  learnSecrets(endpoint?.credentials.secretAccessKey);
  const workLog = new WorkLog(preferences.directory, () => clock.now());
  const connection = await services.connect({
    region,
    pollMs: pollMs[target],
    clock,
    looks,
    workLog,
    patience: { onWait: (message) => reporter.progress(message) },
    askMfaCode: (device) => askMfaCode(invocation, device),
    ...(preferences.profile ? { profile: preferences.profile } : {}),
    ...(endpoint ? { endpoint: endpoint.url, credentials: endpoint.credentials } : {}),
    ...(endpoint?.callerAddressUrl ? { callerAddressUrl: endpoint.callerAddressUrl } : {}),
  });
  try {
    const { replacesDamaged } = options;
    return await work({ ...identity, connection, endpoint, clock, workLog, replacesDamaged });
  } finally {
    connection.close();
  }
}

/**
 * A session of the engine on what was reached. `exclusive` takes the lock: for commands that change something. What has
 * to be asked first is asked by `before`, under the lock and before anything is written.
 */
export async function withSession<T>(
  invocation: Invocation,
  reached: Reached,
  exclusive: boolean,
  work: (session: Session) => Promise<T>,
  before?: (session: Session) => Promise<void>,
): Promise<T> {
  const { preferences } = invocation;
  const services = await invocation.services();
  const reporter = await invocation.reporter();
  const show = (event: EngineEvent): void => reporter.event(event);
  const session: Session = openSession({
    directory: preferences.directory,
    stack: reached.stack,
    target: reached.target,
    region: reached.region,
    account: reached.connection.account,
    sandbox: reached.endpoint?.identity,
    lostSandbox: reached.lostSandbox,
    replacesDamaged: reached.replacesDamaged,
    settings: settingsOf(preferences),
    ports: reached.connection.ports,
    steps: await services.steps(),
    clock: reached.clock,
    workLog: reached.workLog,
    sink: withExpectations(
      // Who changes nothing has no place on the page that shows what is at work.
      exclusive ? recordRun(show, preferences.directory, () => reached.clock.now()) : show,
      openDurationBook(durationsDirectory(invocation.io.env)),
      (step) => session.recordOf(step).startedAt !== undefined,
    ),
    signal: invocation.signal(),
    command: exclusive ? invocation.commandLine : undefined,
    translate: await services.translator(),
    // Commands without --no-diagnosis have no such option at all.
    ...(services.diagnose && invocation.options.diagnosis !== false ? { diagnose: services.diagnose } : {}),
  });
  try {
    if (!exclusive && reached.damage) reporter.note(copyStandsIn(reached.damage));
    if (session.lock?.note) reporter.note(session.lock.note);
    await before?.(session);
    if (exclusive) {
      for (const note of await session.store.settle(reached.clock.now())) reporter.note(note);
      await restoreLeftovers(session);
    }
    await followHosts(session);
    const hosts = hostIdsOf(session);
    return await work(session).catch(async (error: unknown) => {
      throw await explainReplacement(session, hosts, error);
    });
  } finally {
    session.close();
  }
}

/** The stack that is meant, without a state that went with its sandbox. */
async function locate(
  { preferences, io }: Invocation,
  { needsStack = false, replacesDamaged = false }: ReachOptions,
): Promise<StackIdentity> {
  const identity = identify(preferences, { replacesDamaged });
  const { lostSandbox, state } = identity;
  if (lostSandbox === undefined) return identity;
  const { sandboxHome } = await import("../sandbox/launcher.ts");
  // Its directory was only moved.
  if (sandboxIdIn(sandboxHome(io.env)) === lostSandbox) return { ...identity, lostSandbox: undefined };
  if (!needsStack) return { ...identity, state: undefined };
  throw new Lecture05Error("STATE_TARGET_MISMATCH", {
    what: {
      en: "The sandbox of this stack is no more, and the stack with it",
      ja: "このスタックのサンドボックスはすでになく、スタックも残っていません",
    },
    why: {
      en: `The state is about sandbox ${lostSandbox} in ${state?.sandbox?.home ?? ""}`,
      ja: `状態ファイルのサンドボックス: ${lostSandbox} (${state?.sandbox?.home ?? ""})`,
    },
    next: ["lecture05 up", "lecture05 destroy"],
  });
}

export function settingsOf(preferences: Preferences): Settings {
  return {
    allow: preferences.allow,
    instanceType: preferences.instanceType ?? defaultInstanceType,
    subnets: preferences.subnets,
    vpc: preferences.vpc,
    instanceProfile: preferences.instanceProfile,
    hosts: preferences.hosts,
    accessLogs: preferences.accessLogs,
    databaseClass: preferences.databaseClass,
    multiAz: preferences.multiAz,
    appDirectory: preferences.appDirectory ?? join(packageDirectory(), "app"),
  };
}
