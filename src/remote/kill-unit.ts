import type { StoppableUnit } from "./guard.ts";
import { remoteScript } from "./script.ts";

const timeoutMs = 60_000;
const nameOf = (unit: StoppableUnit): string => unit.replace(".service", "");

/**
 * Ends all processes of a unit at once, as the kernel does when memory is short; what happens then is systemd's matter.
 * Prints the time of the host's clock, in milliseconds since 1970.
 */
export function killUnit(unit: StoppableUnit) {
  const text = `
systemctl -q is-active ${unit}
date +%s%3N
systemctl kill --signal=KILL ${unit}`;
  return remoteScript(`kill-${nameOf(unit)}`, timeoutMs, text);
}

/** Prints when a unit ended and when it was ready again, in microseconds of the host's uptime, and whether it runs. */
export function lookAtUnit(unit: StoppableUnit) {
  const text = `systemctl show ${unit} -p ActiveState,ActiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic`;
  return remoteScript(`look-at-${nameOf(unit)}`, timeoutMs, text);
}

/** Returns when a host has started all that starts by itself, Puma's being ready included, or has given up on it. */
export function waitForBoot() {
  return remoteScript("wait-for-boot", 3 * 60_000, "systemctl is-system-running --wait || true");
}

export interface UnitTimes {
  readonly isActive: boolean;
  /** From its end to its being ready again; null when it never came back. */
  readonly awayMs: number | null;
}

/** Reads what `lookAtUnit` printed. */
export function unitTimesOf(printed: string): UnitTimes {
  const fact = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(printed)?.[1] ?? "";
  const left = Number(fact("ActiveExitTimestampMonotonic"));
  const back = Number(fact("ActiveEnterTimestampMonotonic"));
  const isActive = fact("ActiveState") === "active";
  return { isActive, awayMs: isActive && left > 0 && back > left ? (back - left) / 1000 : null };
}
