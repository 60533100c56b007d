import { rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { removeTemporaries, writeDurably } from "../durable-files.ts";
import { Lecture05Error } from "../errors.ts";
import { readLock } from "../state/find-worker.ts";
import { acquireLock, type Lock } from "../state/lock.ts";
import { learnSecrets, redactDeep } from "../records/redact.ts";
import {
  daemonErrorFile,
  daemonFile,
  daemonLockDirectory,
  internalPrefix,
  readDaemonFacts,
  secretIn,
  type DaemonFacts,
} from "./daemon-files.ts";
import { isAlive, isOurDaemon } from "./daemon-process.ts";
import { close, listenPreferring } from "./listen.ts";
import { metadataPrefix, serveMetadata } from "./metadata/serve.ts";
import type { Deliveries } from "./access-logs/deliveries.ts";
import { s3RequestOf } from "./access-logs/s3-request.ts";
import { withWebsites } from "./s3/website/serve.ts";
import type { ServiceDefinition } from "./wire/action.ts";
import type { Manners } from "./wire/manners.ts";
import { RequestLog } from "./wire/request-log.ts";
import { createWireHandler, type WireOptions } from "./wire/server.ts";
import type { World } from "./world.ts";

export type Log = World["log"];

/** What the daemon gives to those who build its world. */
export interface DaemonSite {
  readonly home: string;
  readonly port: number;
  /** Proves to the metadata service that a request comes through one of our endpoint appliances. */
  readonly applianceSecret: string;
  readonly log: Log;
  /**
   * Listens on another address of this machine, a VPC network's gateway: at the same port, or at a free one when another
   * program has that there. Returns the port.
   */
  readonly listenOn: (address: string) => Promise<number>;
  readonly stopListeningOn: (address: string) => Promise<void>;
}

export interface DaemonWorld {
  readonly world: World;
  readonly services: readonly ServiceDefinition[];
  readonly manners?: Manners | undefined;
  /** Access logs on their way. Started once all is in line. */
  readonly deliveries?: Deliveries | undefined;
  /** Whether the engine that runs the hosts answers right now. */
  engineAnswers(): Promise<boolean>;
  /** Brings what is recorded and what really runs into line. AWS requests wait for it. */
  reconcile(): Promise<void>;
}

export interface DaemonOptions {
  readonly home: string;
  readonly version: string;
  readonly log: Log;
  open(site: DaemonSite): Promise<DaemonWorld>;
  /** The home is not this daemon's any more: it should stop. */
  onHomeLost(): void;
}

const homeCheckMs = 5_000;

export interface Daemon extends DaemonFacts {
  stop(): Promise<void>;
}

/** Starts the daemon, or returns undefined when another one of this home runs or is starting. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon | undefined> {
  const home = resolve(options.home);
  const lock = lockHome(home);
  if (!lock) return undefined;
  const servers = new Map<string, Server>();
  try {
    return await start({ ...options, home }, lock, servers);
  } catch (error) {
    for (const server of servers.values()) server.close();
    lock.release();
    leaveReason(home, error);
    throw error;
  }
}

/** For the command that started us. What cannot be written is in the log, if that can. */
function leaveReason(home: string, error: unknown): void {
  if (!(error instanceof Lecture05Error)) return;
  const { what, why, next } = error.detail;
  const text = JSON.stringify({ code: error.code, detail: { what, why, next } });
  try {
    writeFileSync(daemonErrorFile(home), text, { mode: 0o600 });
  } catch {
    rmSync(daemonErrorFile(home), { force: true });
  }
}

function lockHome(home: string): Lock | undefined {
  const directory = daemonLockDirectory(home);
  try {
    return acquireLock(directory, "sandbox daemon", new Date());
  } catch (error) {
    if (!(error instanceof Lecture05Error) || error.code !== "LOCK_HELD") throw error;
  }
  // A laptop's host name changes with its network; the sandbox itself is never shared between machines.
  const holder = readLock(directory);
  if (holder?.host === hostname()) return undefined;
  if (holder && isAlive(holder.pid) && isOurDaemon(holder.pid, home)) return undefined;
  rmSync(directory, { recursive: true, force: true });
  return acquireLock(directory, "sandbox daemon", new Date());
}

async function start(options: DaemonOptions, lock: Lock, servers: Map<string, Server>): Promise<Daemon> {
  const { home } = options;
  const log: DaemonOptions["log"] = (entry) => options.log(redactDeep(entry));
  removeTemporaries(home);
  // The file of a killed daemon gives its port back to hosts that were told of it.
  const oldPort = readDaemonFacts(home)?.port;
  let handler: RequestListener = (_request, response) => response.writeHead(503, { "retry-after": "1" }).end();
  const forward: RequestListener = (request, response) => handler(request, response);
  const loopback = await listenPreferring(oldPort, "127.0.0.1", forward);
  servers.set("127.0.0.1", loopback);
  const facts: DaemonFacts = {
    pid: process.pid,
    port: (loopback.address() as AddressInfo).port,
    startedAt: new Date().toISOString(),
    version: options.version,
  };
  const site: DaemonSite = {
    home,
    port: facts.port,
    applianceSecret: secretIn(home, "appliance-secret"),
    log,
    listenOn: async (address) => {
      const server = servers.get(address) ?? (await listenPreferring(facts.port, address, forward));
      servers.set(address, server);
      return (server.address() as AddressInfo).port;
    },
    stopListeningOn: async (address) => {
      const server = servers.get(address);
      servers.delete(address);
      if (server) await close(server);
    },
  };
  const opened = await options.open(site);
  const { world, services, manners, deliveries } = opened;
  const { rootCredentials, data } = world.iam;
  learnSecrets(site.applianceSecret, rootCredentials.secretAccessKey);
  for (const { secretAccessKey, sessionToken } of Object.values(data.sessions))
    learnSecrets(secretAccessKey, sessionToken);
  // The root key must be there for the CLI before it is told that the daemon runs.
  await world.iam.save();
  const requestLog = new RequestLog(join(home, "requests.ndjson"));
  const ready = opened
    .reconcile()
    .catch((error: unknown) => log({ level: "error", event: "reconcile-failed", error: stackOf(error) }));
  void ready.then(() => deliveries?.start());
  let announced = false;
  const onAnswered: WireOptions["onAnswered"] = (answered) => {
    const request = s3RequestOf(answered);
    if (request) deliveries?.note(request);
  };
  const aws = withWebsites(world, createWireHandler({ services, world, requestLog, manners, onAnswered }));
  handler = (request, response) => {
    // Nothing may be written into a home that was deleted, or that is another daemon's by now.
    if (announced && readDaemonFacts(home)?.pid !== facts.pid) {
      response.writeHead(503, { connection: "close" }).end();
      options.onHomeLost();
    } else if (request.url?.startsWith(internalPrefix)) {
      void serveInternal(request, response).catch((error: unknown) => {
        log({ level: "error", event: "internal-request-failed", error: stackOf(error) });
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    } else void ready.then(() => aws(request, response));
  };

  async function serveInternal(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    request.resume();
    if (path.startsWith(metadataPrefix)) {
      await serveMetadata(world, site.applianceSecret, request, response);
    } else if (path === `${internalPrefix}health` && isLoopback(request)) {
      const health = { ...facts, home, engineAnswers: await opened.engineAnswers() };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(health));
    } else if (path === `${internalPrefix}caller-address`) {
      response.writeHead(200, { "content-type": "text/plain" }).end(`${peerOf(request)}\n`);
    } else response.writeHead(404).end();
  }

  await writeDurably(home, basename(daemonFile(home)), JSON.stringify(facts));
  announced = true;
  rmSync(daemonErrorFile(home), { force: true });
  log({ level: "info", event: "started", ...facts });
  // Nobody could find, or stop, a daemon whose home was deleted or given to another.
  const watch = setInterval(() => {
    if (readDaemonFacts(home)?.pid !== facts.pid) options.onHomeLost();
  }, homeCheckMs).unref();
  return {
    ...facts,
    async stop() {
      clearInterval(watch);
      await deliveries?.stop();
      await Promise.all([...servers.values()].map(close));
      requestLog.close();
      lock.release();
      log({ level: "info", event: "stopped", pid: facts.pid });
    },
  };
}

function peerOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}

function isLoopback(request: IncomingMessage): boolean {
  return peerOf(request).startsWith("127.");
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
