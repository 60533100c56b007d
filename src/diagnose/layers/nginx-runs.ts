import { nginxSite } from "../../remote/paths.ts";
import type { HostFacts } from "../host-facts.ts";
import { evidence, applyStep, automatic, inHost, onHost, printed, type Diagnosis } from "../layer.ts";
import { nginxFiles } from "../nginx-files.ts";
import { isOpen, listening } from "../ports.ts";
import { httpPort } from "./load-balancer.ts";

const complaint = (facts: HostFacts, pattern: RegExp): string | undefined =>
  facts.exitCode("nginx.test") === 0 ? undefined : facts.find("nginx.test", pattern);

const isActive = (facts: HostFacts): boolean => facts.value("nginx.unit", "ActiveState") === "active";

/** A stranger on Nginx's port. */
const intruder = (facts: HostFacts) =>
  listening(facts).find(
    ({ port, line, unit }) => port === httpPort && unit !== "nginx.service" && !/"nginx"/.test(line),
  );

/** Why Nginx does not run, or not with our site. Order: what keeps it from starting comes before that it is stopped. */
export const nginxRuns: readonly Diagnosis[] = [
  {
    code: "NGINX_DEFAULT_SITE",
    since: "nginx-puma",
    logLines: [
      "Welcome to nginx!",
      "nginx: [emerg] a duplicate default server for 0.0.0.0:80 in /etc/nginx/sites-enabled/lecture05",
      "403 Forbidden",
    ],
    cause: {
      en: "Nginx's default site is enabled beside ours and claims the same port: the welcome page stays, or Nginx will not start again",
      ja: "Nginx のデフォルトサイトが有効なままで、同じポートを使おうとしています。Welcome ページが表示されるか、再起動に失敗します",
    },
    fix: automatic(applyStep("nginx-puma")),
    find: inHost((facts) => {
      if (!facts.lines("nginx.enabled").includes("default")) return undefined;
      const emerg = complaint(facts, /duplicate default server/);
      return {
        evidence: [
          evidence("ls /etc/nginx/sites-enabled", facts.lines("nginx.enabled").join(" "), "default"),
          ...(emerg ? [evidence("nginx -t", emerg)] : []),
        ],
      };
    }),
  },
  {
    code: "NGINX_SITE_NOT_ENABLED",
    since: "nginx-puma",
    logLines: ["Welcome to nginx!", "404 Not Found"],
    cause: {
      en: "Our site is not enabled, so Nginx does not know the application: the link in sites-enabled is missing",
      ja: "サイト設定が有効になっていません。sites-enabled にリンクがないため、Nginx はアプリに転送しません",
    },
    fix: automatic(applyStep("nginx-puma")),
    find: inHost((facts) => {
      const enabled = facts.lines("nginx.enabled");
      if (facts.exitCode("nginx.enabled") !== 0 || enabled.includes("lecture05")) return undefined;
      return { evidence: [evidence("ls /etc/nginx/sites-enabled", enabled.join(" ") || "(empty)")] };
    }),
  },
  {
    code: "NGINX_SERVER_NAME_TOO_LONG",
    logLines: [
      "nginx: [emerg] could not build server_names_hash, you should increase server_names_hash_bucket_size: 64",
    ],
    cause: {
      en: "server_name holds a name that is too long for Nginx, as a load balancer's name is. It need not be named at all: server_name _ takes every name",
      ja: "server_name に指定した名前 (ALB の DNS 名など) が長すぎます。server_name _ とすれば名前の指定は不要です",
    },
    fix: automatic(applyStep("nginx-puma")),
    find: inHost((facts) => {
      const line = complaint(facts, /server_names_hash/);
      return line ? { evidence: [evidence("nginx -t", line, "server_names_hash")] } : undefined;
    }),
  },
  {
    code: "NGINX_DUPLICATE_SERVER",
    since: "nginx-puma",
    logLines: ["nginx: [emerg] a duplicate default server for 0.0.0.0:80 in /etc/nginx/conf.d/…"],
    cause: {
      en: "A second server block claims port 80 for itself: {file}. Nginx will not start with both",
      ja: "別の server ブロックが 80 番ポートの default_server を宣言しています: {file}。両方あると Nginx は起動しません",
    },
    fix: printed(onHost("mv {file} {file}.off && nginx -t && systemctl restart nginx.service")),
    find: inHost((facts) => {
      const line = complaint(facts, /duplicate default server/);
      if (!line) return undefined;
      const other = nginxFiles(facts).find(
        ({ path, lines }) =>
          path !== "/etc/nginx/sites-enabled/lecture05" &&
          lines.some((text) => /^listen .*80.*default_server/.test(text)),
      );
      const file = other?.path ?? / in (\S+):\d+/.exec(line)?.[1] ?? "/etc/nginx/nginx.conf";
      return { evidence: [evidence("nginx -t", line)], values: { file } };
    }),
  },
  {
    code: "NGINX_CONFIG_INVALID",
    logLines: ['nginx: [emerg] unknown directive "…"', "nginx: configuration file /etc/nginx/nginx.conf test failed"],
    cause: {
      en: "Nginx's configuration has a mistake, so it cannot start or reload: {complaint}",
      ja: "Nginx の設定に誤りがあり、起動や再読み込みができません: {complaint}",
    },
    fix: printed(onHost("nginx -t")),
    find: inHost((facts) => {
      const line = complaint(facts, /\[(emerg|alert)\]/);
      // A port that is taken is no mistake in the configuration; -t does not bind, but an older one might.
      if (!line || /bind\(\)/.test(line)) return undefined;
      const inOurs = line.includes("/sites-enabled/lecture05:") || line.includes(`${nginxSite}:`);
      return {
        evidence: [evidence("nginx -t", line)],
        values: { complaint: line.replace(/^nginx: \[\w+\] /, "") },
        ...(inOurs ? { fix: automatic(applyStep("nginx-puma")) } : {}),
      };
    }),
  },
  {
    code: "NGINX_PORT_TAKEN",
    logLines: ["nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"],
    cause: {
      en: "Another program has port 80, so Nginx cannot start: {process}",
      ja: "別のプロセスが 80 番ポートを使用しているため、Nginx が起動できません: {process}",
    },
    // Whose program that is, is not known here.
    fix: printed(onHost("ss -ltnp 'sport = :80'"), onHost("systemctl stop {unit} && systemctl start nginx.service")),
    find: inHost((facts) => {
      const other = intruder(facts);
      if (isActive(facts) || !other) return undefined;
      const bind = facts.findLast("nginx.journal", /bind\(\).*\(98: /);
      return {
        evidence: [
          evidence("ss -ltnp", other.line.replace(/ {2,}/g, " "), other.process),
          ...(bind ? [evidence("journalctl -u nginx.service", bind, "98: Address already in use")] : []),
        ],
        values: { process: other.process, unit: other.unit ?? "UNIT" },
      };
    }),
  },
  {
    code: "NGINX_STOPPED",
    logLines: ["curl: (7) Failed to connect to 127.0.0.1 port 80: Connection refused", "Target.FailedHealthChecks"],
    cause: { en: "Nginx does not run: its unit is {state}", ja: "Nginx が起動していません (ユニットの状態: {state})" },
    fix: automatic(onHost("systemctl start nginx.service")),
    find: inHost((facts) => {
      const state = facts.value("nginx.unit", "ActiveState");
      if (!state || state === "active" || state === "reloading") return undefined;
      const last = facts.lines("nginx.journal").at(-1);
      return {
        evidence: [
          evidence("systemctl show nginx.service", `ActiveState=${state}`, state),
          ...(last ? [evidence("journalctl -u nginx.service", last)] : []),
        ],
        values: { state },
      };
    }),
  },
  {
    code: "NGINX_NOT_LISTENING",
    since: "nginx-puma",
    logLines: ["Target.FailedHealthChecks: Health checks failed", "curl: (7) Failed to connect: Connection refused"],
    cause: {
      en: "Nginx runs, but port 80 is not open to other machines: it listens on {addresses}. The page works on the host and nowhere else",
      ja: "Nginx は起動していますが、80 番ポートを外部に公開していません ({addresses} で待ち受け)。ホスト内からしか接続できません",
    },
    fix: automatic(applyStep("nginx-puma")),
    find: inHost((facts, { host }) => {
      const own = listening(facts).filter(({ line, unit }) => unit === "nginx.service" || /"nginx"/.test(line));
      const privateIp = host?.instance.privateIp ?? "";
      if (!isActive(facts) || own.length === 0) return undefined;
      if (own.some((place) => place.port === httpPort && isOpen(place, privateIp))) return undefined;
      const addresses = own.map(({ address, port }) => `${address}:${port}`).join(", ");
      return {
        evidence: [evidence("ss -ltnp", own[0]?.line.replace(/ {2,}/g, " ") ?? "", addresses)],
        values: { addresses },
      };
    }),
  },
];
