import { untranslated } from "../../text.ts";
import { socketPath } from "../../remote/paths.ts";
import type { HostFacts } from "../host-facts.ts";
import { evidence, applyStep, automatic, inHost, onHost, type Diagnosis, type Finding, type Layer } from "../layer.ts";
import { directive, ourSite, seconds, siteChanges, sizeBytes, upstreamOf } from "../nginx-files.ts";
import { nginxRuns } from "./nginx-runs.ts";

/** The load balancer keeps idle connections for 60 s; who closes earlier is asked on a closed one. */
const idleTimeoutSeconds = 60;
/** What the check of the lecture uploads. */
const uploadBytes = 2 * 1024 * 1024;

/** A fault of our site's text, put right by writing it again. */
const rewrite = automatic(applyStep("nginx-puma"));

const siteLine = (line: string, value?: string) => evidence("nginx -T", line, value);

const lines = (facts: HostFacts): readonly string[] => ourSite(facts)?.lines ?? [];

/** A place on the host where something that Nginx answered looks wrong. */
function wrongAnswer(facts: HostFacts): string | undefined {
  const [form = ""] = facts.lines("form");
  const page = facts.text("page.status");
  if (page !== "" && page !== "200") return `GET / ${page}`;
  return form !== "" && form !== "303 200 303" ? `form: ${form}` : undefined;
}

const nginxSiteFaults: readonly Diagnosis[] = [
  {
    code: "NGINX_NO_TRY_FILES",
    since: "nginx-puma",
    logLines: [
      'directory index of "/opt/lecture05/current/public/" is forbidden',
      "403 Forbidden",
      "404 Not Found nginx",
    ],
    cause: {
      en: "Nginx's site does not hand requests on to Puma: location / lacks try_files $uri @app, or @app lacks proxy_pass, so it looks for files only",
      ja: "Nginx がリクエストを Puma に転送していません。location / に try_files $uri @app がないか、@app に proxy_pass がありません",
    },
    fix: rewrite,
    find: inHost((facts) => {
      if (lines(facts).length === 0) return undefined;
      const missing = [/^try_files \$uri @app;/, /^proxy_pass http:\/\/lecture05;/].filter(
        (wanted) => !lines(facts).some((line) => wanted.test(line)),
      );
      if (missing.length === 0) return undefined;
      const log = facts.findLast("nginx.errors", /directory index of/);
      return {
        evidence: [
          siteLine(`no line matches ${missing.map(({ source }) => source).join(" and ")}`, "missing"),
          ...(log ? [evidence("tail /var/log/nginx/error.log", log, "directory index … is forbidden")] : []),
        ],
      };
    }),
  },
  {
    code: "NGINX_HOST_NOT_PASSED",
    since: "nginx-puma",
    raises: /Blocked hosts?: lecture05|InvalidAuthenticityToken|didn't match request.base_url/,
    logLines: [
      "Blocked hosts: lecture05",
      "ActionController::InvalidAuthenticityToken (HTTP Origin header (http://…) didn't match request.base_url (http://…))",
      "Can't verify CSRF token authenticity.",
    ],
    cause: {
      en: "Nginx does not pass the visitor's Host on, so Rails sees the upstream's name: forms end with 422, or every page with 403",
      ja: "Nginx が Host ヘッダーを転送していません。Rails が別のホスト名とみなし、フォーム送信が 422、またはすべて 403 になります",
    },
    fix: rewrite,
    find: inHost((facts) => {
      const passes = lines(facts).some((line) => /^proxy_set_header Host \$(http_)?host;/.test(line));
      if (lines(facts).length === 0 || passes) return undefined;
      const present = lines(facts).find((line) => line.startsWith("proxy_set_header Host"));
      return { evidence: [siteLine(present ?? "no proxy_set_header Host", present ?? "missing")] };
    }),
  },
  {
    code: "NGINX_PROTOCOL_LOST",
    since: "alb",
    raises: /InvalidAuthenticityToken|didn't match request.base_url/,
    logLines: ["ERR_TOO_MANY_REDIRECTS", "curl: (47) Maximum (50) redirects followed", "301 Moved Permanently"],
    cause: {
      en: "Nginx does not hand X-Forwarded-Proto on as the load balancer sends it: Rails takes every visitor for one by plain HTTP and sends him to https, again and again",
      ja: "Nginx が ALB の X-Forwarded-Proto を引き継いでいません。Rails が常に http とみなし、https へのリダイレクトが繰り返されます",
    },
    fix: rewrite,
    find: inHost((facts) => {
      // The host's own probe says https, as the load balancer does.
      if (facts.text("page.https") !== "yes" || lines(facts).length === 0) return undefined;
      const header = lines(facts).find((line) => /^proxy_set_header X-Forwarded-Proto/i.test(line));
      const passes = header === undefined || /\$(lecture05_proto|http_x_forwarded_proto);/.test(header);
      const location = facts.text("page.location");
      if (passes || !/^30[1278]$/.test(facts.text("page.status")) || !location.startsWith("https://")) return undefined;
      return {
        evidence: [
          siteLine(header, header),
          evidence(
            "curl -i -H 'X-Forwarded-Proto: https' http://NAME/ (on the host)",
            `${facts.text("page.status")} Location: ${location}`,
            location,
          ),
        ],
      };
    }),
  },
  {
    code: "NGINX_UPLOAD_LIMIT",
    since: "nginx-puma",
    logLines: ["413 Request Entity Too Large", "client intended to send too large body: 2171234 bytes"],
    cause: {
      en: "Nginx refuses bodies above {limit}, and a photograph is larger: client_max_body_size",
      ja: "Nginx が {limit} を超えるアップロードを拒否します (client_max_body_size)。写真はこれより大きくなります",
    },
    fix: rewrite,
    find: inHost((facts) => {
      if (lines(facts).length === 0) return undefined;
      const limit = directive(facts, "client_max_body_size");
      if (sizeBytes(limit ?? "1m") >= uploadBytes) return undefined;
      const log = facts.findLast("nginx.errors", /too large body/);
      return {
        evidence: [
          siteLine(limit ? `client_max_body_size ${limit};` : "no client_max_body_size (default: 1m)", limit ?? "1m"),
          ...(log ? [evidence("tail /var/log/nginx/error.log", log, "too large body")] : []),
        ],
        values: { limit: limit ?? "1m" },
      };
    }),
  },
  {
    code: "NGINX_TEMP_NOT_WRITABLE",
    logLines: ['open() "/var/lib/nginx/body/0000000001" failed (13: Permission denied)', "500 Internal Server Error"],
    cause: {
      en: "Nginx's workers cannot write where uploads are kept while they arrive, so larger uploads end with 500",
      ja: "アップロードの一時ディレクトリに Nginx (www-data) が書き込めません。大きなアップロードが 500 になります",
    },
    fix: automatic(
      onHost("chmod 755 /var/lib/nginx && chown -R www-data:root /var/lib/nginx/* && chmod 700 /var/lib/nginx/*"),
    ),
    find: inHost((facts) => {
      if (!facts.find("nginx.temp", /^not-writable/)) return undefined;
      const log = facts.findLast("nginx.errors", /\/var\/lib\/nginx\/.*\(13: /);
      return {
        evidence: [
          evidence("stat /var/lib/nginx/body", facts.find("nginx.temp", /\/body$/) ?? "", "not writable for www-data"),
          ...(log ? [evidence("tail /var/log/nginx/error.log", log, "13: Permission denied")] : []),
        ],
      };
    }),
  },
  {
    code: "NGINX_KEEPALIVE_TOO_SHORT",
    since: "nginx-puma",
    logLines: ["502 Bad Gateway (now and then)", "target_status_code - / elb_status_code 502"],
    cause: {
      en: `Nginx closes idle connections after {timeout}, the load balancer only after ${idleTimeoutSeconds} s: now and then it asks on a closed one, and a visitor sees 502`,
      ja: `Nginx のキープアライブ ({timeout}) が ALB のアイドルタイムアウト (${idleTimeoutSeconds} 秒) より短く、切断済みの接続が使われて、まれに 502 になります`,
    },
    fix: rewrite,
    find: inHost((facts) => {
      if (lines(facts).length === 0) return undefined;
      const timeout = directive(facts, "keepalive_timeout");
      if (seconds(timeout ?? "75s") > idleTimeoutSeconds) return undefined;
      return { evidence: [siteLine(`keepalive_timeout ${timeout};`, timeout)], values: { timeout: timeout ?? "" } };
    }),
  },
  {
    code: "NGINX_SITE_CHANGED",
    since: "nginx-puma",
    logLines: ["404 Not Found nginx"],
    cause: {
      en: "Puma answers, and Nginx reaches it, but what comes through Nginx is wrong; and Nginx's site is not as the tool wrote it",
      ja: "Puma は応答し Nginx からも接続できますが、Nginx 経由の応答が正しくありません。Nginx のサイト設定がツールの作成した内容から変更されています",
    },
    fix: rewrite,
    find: inHost((facts, { occasion }): Finding | undefined => {
      const wrong = wrongAnswer(facts) ?? occasion.failedChecks[0]?.observed;
      const changes = siteChanges(facts);
      const reached =
        upstreamOf(facts) === socketPath &&
        facts.text("socket.nginx") === "200" &&
        facts.text("up.past").startsWith("200");
      // Rails had its say: then it is not Nginx.
      const railsFailed = ["page.log", "form.log"].some((name) => facts.find(name, / (403|422|5\d\d) \d+ms|Blocked/));
      if (!wrong || !reached || railsFailed || changes.length === 0) return undefined;
      return {
        evidence: [evidence("curl http://127.0.0.1/", wrong), ...changes.slice(0, 8).map((line) => siteLine(line))],
      };
    }),
  },
  {
    code: "NGINX_LOG_OFF",
    since: "nginx-puma",
    latent: true,
    logLines: ["access_log off;"],
    cause: {
      en: "Nginx's access log is off, so nobody can see who asked for what, and nothing is shipped to S3",
      ja: "Nginx のアクセスログが無効です。接続元を確認できず、S3 にもログが送られません",
    },
    fix: rewrite,
    find: inHost((facts) => {
      const log = directive(facts, "access_log");
      return log === "off" ? { evidence: [siteLine("access_log off;", "off")] } : undefined;
    }),
  },
  {
    code: "NGINX_NOT_ENABLED",
    latent: true,
    logLines: ["Loaded: loaded (/usr/lib/systemd/system/nginx.service; disabled)"],
    cause: {
      en: "Nginx runs now but is not enabled: after the next boot it will not be there",
      ja: "Nginx の自動起動が無効です。再起動後は起動しません",
    },
    fix: automatic(onHost("systemctl enable nginx.service")),
    find: inHost((facts) => {
      const state = facts.value("nginx.unit", "UnitFileState");
      if (!state || state === "enabled") return undefined;
      return { evidence: [evidence("systemctl show nginx.service", `UnitFileState=${state}`, state)] };
    }),
  },
];

/** The web server in front: runs, listens for others, knows our site. */
export const nginxLayer: Layer = {
  name: "nginx",
  title: untranslated("Nginx"),
  since: "nginx",
  scope: "host",
  observed: ({ host }) => {
    const state = host?.facts?.value("nginx.unit", "ActiveState");
    return state && `${state}, nginx -t: ${host?.facts?.exitCode("nginx.test") === 0 ? "ok" : "failed"}`;
  },
  symptom: ({ host, reached }) => {
    const facts = host?.facts;
    if (!facts || !reached.includes("nginx-puma")) return undefined;
    const status = facts.text("up.checker");
    if (status === "" || status.startsWith("200")) return undefined;
    const log = facts.lines("nginx.errors").slice(-3);
    return [
      evidence("curl -A ELB-HealthChecker/2.0 http://PRIVATE-ADDRESS/up", status, status.slice(0, 3)),
      ...log.map((line) => evidence("tail /var/log/nginx/error.log", line)),
    ];
  },
  diagnoses: [...nginxRuns, ...nginxSiteFaults],
};
