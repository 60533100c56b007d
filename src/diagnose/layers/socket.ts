import { appUser, socketDirectory, socketPath, standInSocketPath } from "../../remote/paths.ts";
import type { HostFacts } from "../host-facts.ts";
import { evidence, applyStep, automatic, inHost, onHost, printed, type Layer } from "../layer.ts";
import { isRunning } from "../puma-facts.ts";
import { upstreamOf } from "../nginx-files.ts";
import { listening } from "../ports.ts";

const bindOf = (facts: HostFacts): string | undefined => facts.value("env", "PUMA_BIND");

const exists = (facts: HostFacts): boolean => facts.exitCode("socket.stat") === 0;
const nginxErrors = (facts: HostFacts, pattern: RegExp, value: string) => {
  // What Nginx says of Puma itself, and not of the one that stands in for it during a deploy.
  const line = facts.lines("nginx.errors").findLast((it) => pattern.test(it) && !it.includes(standInSocketPath));
  return line ? [evidence("tail /var/log/nginx/error.log", line, value)] : [];
};

const denied = ["connect() to unix:/run/lecture05/puma.sock failed (13: Permission denied)", "502 Bad Gateway"];
const restartPuma = automatic(onHost("systemctl restart puma.service"));

/** The Unix domain socket between Nginx and Puma: one path on both sides, and Nginx's user may get there. */
export const socketLayer: Layer = {
  name: "socket",
  title: { en: "Unix domain socket", ja: "Unix ドメインソケット" },
  since: "puma-socket",
  scope: "host",
  observed: ({ host }) => {
    const facts = host?.facts;
    if (!facts || !exists(facts)) return undefined;
    return `${socketPath} ${facts.text("socket.stat")}, directory ${facts.text("socket.directory")}`;
  },
  diagnoses: [
    {
      code: "PUMA_BIND_WRONG",
      logLines: ["* Listening on http://127.0.0.1:3000", "Listening on http://0.0.0.0:3000"],
      cause: {
        en: "Puma is told to bind {bind} instead of the socket, so the socket is never made",
        ja: "Puma の待ち受け先が {bind} になっており、ソケットが作成されません",
      },
      fix: automatic(applyStep("puma-socket")),
      find: inHost((facts) => {
        const bind = bindOf(facts);
        if (facts.lines("env").length === 0 || bind === `unix://${socketPath}`) return undefined;
        const shown = bind ?? "its own default";
        return {
          evidence: [evidence("cat /etc/lecture05/env.d/*.env", `PUMA_BIND=${bind ?? ""}`, shown)],
          values: { bind: shown },
        };
      }),
    },
    {
      code: "SOCKET_PATH_DIFFERS",
      since: "nginx-puma",
      logLines: ["connect() to unix:/… failed (2: No such file or directory)", "502 Bad Gateway"],
      cause: {
        en: "Nginx looks for Puma at {upstream}, but Puma is at {socket}",
        ja: `Nginx の転送先 {upstream} と Puma のソケット {socket} が一致していません`,
      },
      fix: automatic(applyStep("nginx-puma")),
      find: inHost((facts) => {
        const upstream = upstreamOf(facts);
        if (!upstream || upstream === socketPath) return undefined;
        return {
          evidence: [
            evidence("nginx -T", `server ${upstream}`, upstream),
            evidence("cat /etc/lecture05/env.d/*.env", `PUMA_BIND=${bindOf(facts) ?? ""}`, socketPath),
            ...nginxErrors(facts, /\((2|111): /, "2: No such file or directory"),
          ],
          values: { upstream, socket: socketPath },
        };
      }),
    },
    {
      code: "NGINX_NOT_IN_GROUP",
      since: "nginx-puma",
      logLines: denied,
      cause: {
        en: `Nginx's user www-data is not in the group ${appUser}, so it cannot enter the socket's directory`,
        ja: `Nginx のユーザー www-data がグループ ${appUser} に属していないため、ソケットのディレクトリに入れません`,
      },
      fix: automatic(onHost(`usermod -aG ${appUser} www-data && systemctl restart nginx.service`)),
      find: inHost((facts) => {
        const groups = facts.text("nginx.member").split(" ");
        if (facts.exitCode("nginx.member") !== 0 || groups.includes(appUser)) return undefined;
        return {
          evidence: [
            evidence("id -nG www-data", groups.join(" ")),
            evidence(`namei -l ${socketPath}`, facts.find("socket.namei", / lecture05$/) ?? "", `${appUser} only`),
            ...nginxErrors(facts, /\(13: /, "13: Permission denied"),
          ],
        };
      }),
    },
    {
      code: "NGINX_GROUP_NOT_LOADED",
      since: "nginx-puma",
      logLines: denied,
      cause: {
        en: `www-data is in the group ${appUser}, but Nginx was started before that. Groups are read when its workers start`,
        ja: `www-data はグループ ${appUser} に属していますが、Nginx のワーカープロセスの起動後に追加されたため、反映されていません`,
      },
      fix: automatic(onHost("systemctl restart nginx.service")),
      find: inHost((facts) => {
        const gid = facts.text("group").split(":")[2];
        const loaded = facts.text("nginx.groups").trim();
        if (!gid || loaded === "" || loaded.split(/\s+/).includes(gid)) return undefined;
        return {
          evidence: [
            evidence("grep Groups /proc/WORKER/status", `Groups: ${loaded}`, `without ${gid} (${appUser})`),
            ...nginxErrors(facts, /\(13: /, "13: Permission denied"),
          ],
        };
      }),
    },
    {
      code: "SOCKET_DIRECTORY_CLOSED",
      since: "nginx-puma",
      logLines: denied,
      cause: {
        en: `${socketDirectory} is {mode}: its group may not enter it, so Nginx does not get to the socket`,
        ja: `${socketDirectory} の権限が {mode} のため、グループが入れず Nginx がソケットに到達できません`,
      },
      fix: automatic(onHost(`chown ${appUser}:${appUser} ${socketDirectory} && chmod 0750 ${socketDirectory}`)),
      find: inHost((facts) => {
        const mode = facts.text("socket.directory");
        const [bits = "", owner = ""] = mode.split(" ");
        if (facts.exitCode("socket.directory") !== 0) return undefined;
        const groupMayEnter = (Number.parseInt(bits, 8) & 0o010) !== 0 && owner.endsWith(`:${appUser}`);
        const everyoneMay = (Number.parseInt(bits, 8) & 0o001) !== 0;
        if (groupMayEnter || everyoneMay) return undefined;
        return {
          evidence: [
            evidence(`stat ${socketDirectory}`, mode),
            ...nginxErrors(facts, /\(13: /, "13: Permission denied"),
          ],
          values: { mode },
        };
      }),
    },
    {
      code: "SOCKET_STALE",
      logLines: ["connect() to unix:/run/lecture05/puma.sock failed (111: Connection refused)", "502 Bad Gateway"],
      cause: {
        en: "The socket's file is there, but nobody listens on it: it is left over from a Puma that is gone",
        ja: "ソケットファイルはありますが、待ち受けているプロセスがいません。終了した Puma の残骸です",
      },
      fix: restartPuma,
      find: inHost((facts) => {
        // A unit that fails, is on its way, or listens elsewhere has a reason of its own, further in.
        const gone = facts.value("puma.unit", "ActiveState") === "inactive";
        if (!exists(facts) || !gone || facts.lines("socket.listen").length > 0) return undefined;
        return {
          evidence: [
            evidence(`ss -lx src ${socketPath}`, "(nobody)", "nobody listens"),
            evidence(`curl --unix-socket ${socketPath} http://localhost/up`, facts.text("socket.root")),
            ...nginxErrors(facts, /\(111: /, "111: Connection refused"),
          ],
        };
      }),
    },
    {
      code: "SOCKET_CLOSED",
      since: "nginx-puma",
      logLines: denied,
      cause: {
        en: "The socket itself is {mode}: Nginx's user may not write to it",
        ja: "ソケットの権限が {mode} のため、Nginx のユーザーが書き込めません",
      },
      fix: restartPuma,
      find: inHost((facts) => {
        const mode = facts.text("socket.stat").replace(/^socket /, "");
        if (!exists(facts) || !isRunning(facts) || (Number.parseInt(mode, 8) & 0o022) !== 0) return undefined;
        return {
          evidence: [evidence(`stat ${socketPath}`, mode), ...nginxErrors(facts, /\(13: /, "13: Permission denied")],
          values: { mode },
        };
      }),
    },
    {
      code: "SOCKET_REMOVED",
      logLines: ["connect() to unix:/run/lecture05/puma.sock failed (2: No such file or directory)", "502 Bad Gateway"],
      cause: {
        en: "Puma runs and holds its socket, but the socket's file was removed, so nobody finds it",
        ja: "Puma は起動していますが、ソケットファイルが削除されているため接続できません",
      },
      fix: restartPuma,
      find: inHost((facts) => {
        // The kernel still knows where Puma listens.
        if (exists(facts) || !isRunning(facts) || facts.lines("socket.listen").length === 0) return undefined;
        return {
          evidence: [
            evidence(`stat ${socketPath}`, facts.text("socket.stat"), "No such file or directory"),
            evidence("systemctl show puma.service", "SubState=running", "running"),
          ],
        };
      }),
    },
    {
      code: "SOCKET_DIRECTORY_OPEN",
      latent: true,
      logLines: ["drwxr-xr-x app app lecture05"],
      cause: {
        en: `${socketDirectory} is {mode}: every user of the host can talk to Puma past Nginx, because Puma makes its socket 0777`,
        ja: `${socketDirectory} の権限が {mode} です。ソケット自体は 0777 のため、ホスト上の全ユーザーが Puma に直接接続できます`,
      },
      fix: automatic(onHost(`chmod 0750 ${socketDirectory}`)),
      find: inHost((facts) => {
        const mode = facts.text("socket.directory");
        if (facts.exitCode("socket.directory") !== 0 || (Number.parseInt(mode, 8) & 0o007) === 0) return undefined;
        return { evidence: [evidence(`stat ${socketDirectory}`, mode)], values: { mode } };
      }),
    },
    {
      code: "TCP_PORT_OPEN",
      latent: true,
      logLines: ["LISTEN 127.0.0.1:3000"],
      cause: {
        en: "Something listens on TCP 3000 although Puma moved to the socket: {process}",
        ja: "Puma はソケットに移行済みですが、TCP 3000 番で待ち受けているプロセスがあります: {process}",
      },
      fix: printed(onHost("ss -ltnp 'sport = :3000'"), onHost("systemctl stop {unit}")),
      find: inHost((facts) => {
        const other = listening(facts).find(({ port }) => port === 3000);
        if (!other) return undefined;
        return {
          evidence: [evidence("ss -ltnp", other.line.replace(/ {2,}/g, " "), other.process)],
          values: { process: other.process, unit: other.unit ?? "UNIT" },
        };
      }),
    },
  ],
};
