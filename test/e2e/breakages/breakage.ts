import type { StepName } from "../../../src/steps/names.ts";
import type { Work } from "../../support/stack.ts";

/** One way to break one thing for real, all checks that must notice, and the way back. */
export interface Breakage {
  readonly what: string;
  /** Each of these steps is asked, and each of its checks named here has to fail. */
  readonly proves: Readonly<Partial<Record<StepName, readonly string[]>>>;
  readonly breakIt: Work;
  readonly repair: Work;
  /** A change by the load balancer's API: it answers some moments before what comes in meets it, as on AWS. */
  readonly isEventual?: boolean;
}

/** "STEP CHECK" for everything that breakages prove. */
export const pairsOf = (breakages: readonly Breakage[]): string[] =>
  breakages.flatMap(({ proves }) =>
    Object.entries(proves).flatMap(([step, checks]) => checks.map((check) => `${step} ${check}`)),
  );

export const site = "/etc/nginx/sites-available/lecture05";
export const socket = "/run/lecture05/puma.sock";
export const bindFile = "/etc/lecture05/env.d/99-test.env";
/** A person restarts it less often than the five times in ten seconds that systemd lets pass. */
export const restartNginx = "nginx -t && { systemctl reset-failed nginx; systemctl restart nginx; }";

const retry = "curl -s -o /dev/null --retry 60 --retry-all-errors --retry-delay 1";
export const awaitSocket = `${retry} --unix-socket ${socket} http://127.0.0.1/up`;
export const awaitTcp = `${retry} http://127.0.0.1:3000/up`;

const sql = (statement: string): string =>
  `runuser -u app -- sqlite3 -cmd '.timeout 5000' /var/lib/lecture05/database/production.sqlite3 "${statement}"`;

/** Parts that more than one step leans on. */
export const tableMissing = {
  what: "the table is missing",
  breakIt: sql("ALTER TABLE fruits RENAME TO elsewhere"),
  repair: sql("ALTER TABLE elsewhere RENAME TO fruits"),
};
export const recordsRefused = {
  what: "the database refuses records",
  breakIt: sql("CREATE TRIGGER refuse BEFORE INSERT ON fruits BEGIN SELECT RAISE(ABORT, 'no'); END"),
  repair: sql("DROP TRIGGER refuse"),
};
export const assetsHidden = {
  what: "the assets cannot be read",
  breakIt: "chmod 000 /opt/lecture05/current/public/assets",
  repair: "chmod 755 /opt/lecture05/current/public/assets",
};
export const pumaStopped = (wait: string) => ({
  what: "Puma is stopped",
  breakIt: "systemctl stop puma",
  repair: `systemctl start puma && ${wait}`,
});

/** Something of another make that listens and answers 200. */
export const rogueServer = (port: number): string =>
  `systemd-run -q --unit=rogue ruby -rsocket -e 's = TCPServer.new("127.0.0.1", ${port}); loop { c = s.accept; c.readpartial(4096); c.write("HTTP/1.1 200 OK\\r\\nServer: rogue\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"); c.close }'
  ${retry} http://127.0.0.1:${port}/`;

/** Our site changed by sed, and put back whole. */
export const editedSite = (expression: string) => ({
  breakIt: `cp -a ${site} /root/site && sed -i '${expression}' ${site} && ${restartNginx}`,
  repair: `mv /root/site ${site} && ${restartNginx}`,
});
