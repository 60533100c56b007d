import type { LayerName } from "../../../src/diagnose/verdict.ts";
import type { Work } from "../../support/stack.ts";

/** One way to break one thing for real, and what the diagnosis has to say about it at once. */
export interface Provocation {
  readonly layer: LayerName;
  readonly code: string;
  readonly what: string;
  /** The row of the list of what goes wrong by hand. */
  readonly row?: number;
  readonly breakIt: Work;
  /** What a person would do, for faults whose fix is not an automatic one. The others are put right by --fix. */
  readonly restore?: Work;
  /** True for an automatic fix that a test has no time or no network for: it is put right by hand. */
  readonly automaticToo?: true;
  /** What is left to tidy up after the fix. */
  readonly tidy?: Work;
}

export const site = "/etc/nginx/sites-available/lecture05";
export const current = "/opt/lecture05/current";
export const socket = "/run/lecture05/puma.sock";
export const database = "/var/lib/lecture05/database/production.sqlite3";
export const unitFile = "/etc/systemd/system/puma.service";

/** Restarts Puma without caring whether it comes up, and without waiting for it. */
export const restartAnyhow = "systemctl daemon-reload; systemctl reset-failed puma; systemctl restart --no-block puma";
export const restartPuma = "systemctl daemon-reload; systemctl reset-failed puma; systemctl restart puma";
/** A person restarts it less often than the five times in ten seconds that systemd lets pass. */
const restart = "{ systemctl reset-failed nginx; systemctl restart nginx; }";
export const restartNginx = `${restart} || true`;
export const leaveGroup = `gpasswd -d www-data app >/dev/null && ${restart}`;

const configuration = ["etc/nginx", "etc/lecture05", "opt/lecture05/current/config"];

/** Keeps the host's configuration as it is, for a row that does not put its own fault right. */
export const keepHealthy = `tar -C / -czf /root/healthy.tgz etc/systemd/system/puma.service ${configuration.join(" ")}`;

/** Unpacks what keepHealthy kept, and starts both services with it. */
export const putBackHealthy = `systemctl kill -s KILL puma
  cd / && rm -rf ${configuration.join(" ")} && tar -xzf /root/healthy.tgz
  systemctl daemon-reload; systemctl reset-failed; systemctl enable -q puma nginx; systemctl restart puma nginx`;

/** Changes our site by sed and lets Nginx read it. */
export const editSite = (expression: string): string => `sed -i '${expression}' ${site} && ${restartNginx}`;

/** Sets a variable in one of the application's files of settings, for the running Puma too. */
export const setVariable = (file: string, name: string, value: string): string =>
  `sed -i '/^${name}=/d' /etc/lecture05/env.d/${file} && echo '${name}=${value}' >> /etc/lecture05/env.d/${file}`;

/** Waits until Puma has crashed at least once. */
export const awaitCrash =
  'for _ in $(seq 60); do [ "$(systemctl show -p NRestarts --value puma)" = 0 ] || break; sleep 0.2; done';
