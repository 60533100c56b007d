import { readFileSync, readlinkSync } from "node:fs";
import { hostname, uptime } from "node:os";

/** Who holds a lock: the content of the lock file. What a system cannot tell is "". */
export interface LockHolder {
  readonly pid: number;
  /** Start of the process in clock ticks since boot (from /proc), so that a reused pid is not taken for the holder. */
  readonly processStart: string;
  readonly host: string;
  /** The kernel's boot id: the same one means the same machine, not rebooted since. */
  readonly boot: string;
  /** The PID namespace: another container's processes cannot be seen from here. */
  readonly namespace: string;
  /** As it was typed, without secrets. */
  readonly command: string;
  /** The step at work; "" before the first. */
  readonly step: string;
  /** ISO 8601. */
  readonly since: string;
}

/** This process as a holder. */
export function describeSelf(command: string, now: Date): LockHolder {
  return {
    pid: process.pid,
    processStart: processFacts(process.pid).start,
    host: hostname(),
    ...machineFacts(),
    command,
    step: "",
    since: now.toISOString(),
  };
}

/** Undefined for what is no lock of ours: empty, cut off, or something else. */
export function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof LockHolder, unknown>> | null;
    if (typeof value?.pid !== "number" || !Number.isInteger(value.pid) || value.pid <= 0) return undefined;
    const word = (key: keyof LockHolder): string => (typeof value[key] === "string" ? value[key] : "");
    return {
      pid: value.pid,
      processStart: word("processStart"),
      host: word("host"),
      boot: word("boot"),
      namespace: word("namespace"),
      command: word("command"),
      step: word("step"),
      since: word("since"),
    };
  } catch {
    return undefined;
  }
}

/** Whether a holder's process can be seen from here at all; one that cannot is believed to be alive. */
export function isLocal(holder: LockHolder): boolean {
  const here = machineFacts();
  // A laptop's host name changes with its network, its boot id does not.
  const sameMachine = holder.boot !== "" && holder.boot === here.boot ? true : holder.host === hostname();
  return sameMachine && (holder.namespace === "" || here.namespace === "" || holder.namespace === here.namespace);
}

export function isAlive(holder: LockHolder): boolean {
  if (!isLocal(holder)) return true;
  if (wasBeforeBoot(holder)) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const { state, start } = processFacts(holder.pid);
  // Ended, but nobody has asked for its exit code yet (a container without an init that does).
  if (state === "Z" || state === "X") return false;
  return start === "" || holder.processStart === "" || start === holder.processStart;
}

function wasBeforeBoot(holder: LockHolder): boolean {
  const { boot } = machineFacts();
  if (boot !== "") return holder.boot !== "" && holder.boot !== boot;
  // Without /proc (macOS) the time must do; a minute for clocks that were set meanwhile.
  return Date.parse(holder.since) < Date.now() - uptime() * 1000 - 60_000;
}

function machineFacts(): Pick<LockHolder, "boot" | "namespace"> {
  return {
    boot: orNothing(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    namespace: orNothing(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/** Fields 3 and 22 of /proc/PID/stat; empty where there is no /proc (macOS), then the pid alone decides. */
function processFacts(pid: number): { state: string; start: string } {
  const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The second field is the command in parentheses and may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", start: fields[19] ?? "" };
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
