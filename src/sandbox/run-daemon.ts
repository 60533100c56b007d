import { redactDeep } from "../records/redact.ts";
import { startDaemon, type DaemonOptions } from "./daemon.ts";

/** The daemon as a process: logs lines of JSON to its output, stops on signals, and outlives what it did not expect. */
export async function runDaemon(options: Omit<DaemonOptions, "log" | "onHomeLost">): Promise<void> {
  const log: DaemonOptions["log"] = (entry) => {
    process.stdout.write(`${JSON.stringify(redactDeep({ time: new Date().toISOString(), ...entry }))}\n`);
  };
  // Its log is a file: a full disk must not end the daemon, nor keep it busy with its own complaints.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  // State is on disk before anything is acknowledged, so going on is safer for the hosts than ending.
  process.on("uncaughtException", (error) => log({ level: "error", event: "uncaught", error: error.stack }));
  process.on("unhandledRejection", (reason) =>
    log({ level: "error", event: "unhandled", error: reason instanceof Error ? reason.stack : String(reason) }),
  );
  let daemon: Awaited<ReturnType<typeof startDaemon>>;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void (daemon?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // The terminal that started us may be closed at any time.
  process.on("SIGHUP", () => log({ level: "info", event: "hangup-ignored" }));
  try {
    daemon = await startDaemon({ ...options, log, onHomeLost: stop });
  } catch (error) {
    log({ level: "error", event: "start-failed", error: error instanceof Error ? error.stack : String(error) });
    process.exit(1);
  }
  if (!daemon) {
    log({ level: "info", event: "already-running" });
    process.exit(0);
  }
}
