import type { RemoteScript } from "../ports/shell.ts";
import { remoteScript } from "./script.ts";

/** The units that a proof may stop for a moment. */
export type StoppableUnit = "puma.service" | "nginx.service";

/**
 * Shell functions to stop a unit for a moment. The timer lives in systemd, so the unit comes back also when this script
 * is killed, or whoever sent it never comes back; after a reboot the unit starts anyway, because it is enabled.
 */
export const guardFunctions = `
# stop_for_a_moment UNIT SECONDS: it is started again after this time at the latest.
stop_for_a_moment() {
  guard=lecture05-restore-\${1%.service}
  systemctl stop "$guard.timer" 2>/dev/null || true
  # By itself systemd would take up to a minute more.
  systemd-run -q --collect --unit="$guard" --on-active="$2" --timer-property=AccuracySec=100ms \\
    sh -c "systemctl reset-failed $1; systemctl start $1" 2>/dev/null
  systemctl stop "$1"
}

# start_again UNIT: ends the moment.
start_again() {
  # Starts count towards the limit of a crash loop, which this is not.
  systemctl reset-failed "$1" 2>/dev/null || true
  systemctl start "$1"
  systemctl stop "lecture05-restore-\${1%.service}.timer" 2>/dev/null || true
}`;

const timeoutMs = 2 * 60_000;

/** Stops a unit until `startUnit` runs, or until the time is over. */
export function stopUnit(unit: StoppableUnit, atMostSeconds: number): RemoteScript {
  return remoteScript(
    `stop-${unit.replace(".service", "")}`,
    timeoutMs,
    guardFunctions,
    `stop_for_a_moment ${unit} ${atMostSeconds}`,
  );
}

/** Starts a unit that was stopped for a moment; harmless when it runs. */
export function startUnit(unit: StoppableUnit): RemoteScript {
  return remoteScript(`start-${unit.replace(".service", "")}`, timeoutMs, guardFunctions, `start_again ${unit}`);
}
