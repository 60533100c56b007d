import { pumaBack, tcpMiddleman } from "./between.ts";
import { assetsHidden, awaitTcp, pumaStopped, recordsRefused, tableMissing, type Breakage } from "./breakage.ts";

/** While Puma stands alone on TCP. */
export const pumaBreakages: readonly Breakage[] = [
  { ...pumaStopped(awaitTcp), proves: { puma: ["up"] } },
  { ...tableMissing, proves: { puma: ["page"] } },
  { ...assetsHidden, proves: { puma: ["asset"] } },
  { ...recordsRefused, proves: { puma: ["form"] } },
  {
    what: "Puma crashed",
    proves: { puma: ["restarts"] },
    breakIt: `kill -9 "$(systemctl show -p MainPID --value puma)" && sleep 2 && ${awaitTcp}`,
    repair: `systemctl stop puma && systemctl reset-failed puma; systemctl start puma && ${awaitTcp}`,
  },
  {
    what: "somebody has Puma's port and passes on to it",
    proves: { puma: ["answered-by-puma", "puma-listens"] },
    breakIt: tcpMiddleman(),
    repair: pumaBack(awaitTcp),
  },
  {
    what: "what stands in front logs as Nginx does",
    proves: { puma: ["nginx-not-in-path"] },
    breakIt: `
      mkdir -p /var/log/nginx
      ${tcpMiddleman(`
        id = head[/^x-request-id: (.*?)\\r$/i, 1]
        File.write("/var/log/nginx/access.log", %(127.0.0.1 - - [x] "GET / HTTP/1.1" 200 1 "-" "#{id}"\\n), mode: "a")`)}`,
    repair: `${pumaBack(awaitTcp)} && rm -r /var/log/nginx`,
  },
];
