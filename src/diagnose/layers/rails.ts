import { untranslated } from "../../text.ts";
import { environmentFiles } from "../../remote/paths.ts";
import { hasReached, type View } from "../facts.ts";
import type { HostFacts } from "../host-facts.ts";
import { journalLine } from "../puma-facts.ts";
import { evidence, applyStep, automatic, byHand, inHost, onHost, printed, type Layer } from "../layer.ts";

const checker = "curl -A ELB-HealthChecker/2.0 -H 'Host: PRIVATE-ADDRESS' http://PRIVATE-ADDRESS/up";

/** What Rails logged about one of the diagnosis's own requests, without the request's id. */
function railsLog(facts: HostFacts, name: "page.log" | "form.log"): string[] {
  const lines = facts.lines(name).map((line) => line.replace(/^\[[^\]]*\] ?/, ""));
  // The form's last request asks for the record that was just deleted.
  const deleted = lines.findIndex((line) => line.includes("RecordNotFound"));
  return (deleted < 0 ? lines : lines.slice(0, deleted)).filter((line) => line.trim() !== "");
}

const statusOf = (facts: HostFacts, name: string): string => facts.text(name).split(" ")[0] ?? "";

const blocked = (view: View, facts: HostFacts): boolean => {
  const name = view.loadBalancer?.dnsName.toLowerCase();
  const allowed = (facts.value("env", "APP_HOSTS") ?? "").split(",").filter(Boolean);
  return name !== undefined && facts.lines("env").length > 0 && !allowed.includes(name);
};

/** The application as it is booted: environment, key, names it answers to, redirects. */
export const railsLayer: Layer = {
  name: "rails",
  title: untranslated("Rails"),
  since: "puma",
  scope: "host",
  observed: ({ host }) => {
    const facts = host?.facts;
    const status = facts?.text("page.status");
    return facts && status && `GET / ${status}, /up ${statusOf(facts, "up.checker")}`;
  },
  symptom: ({ host, reached }) => {
    const facts = host?.facts;
    if (!facts || (reached.at(-1) === "nginx" && !reached.includes("nginx-puma"))) return undefined;
    const status = facts.text("page.status");
    const form = facts.text("form");
    const page = status !== "" && status !== "200";
    if (!page && (form === "" || form === "303 200 303")) return undefined;
    return [
      page
        ? evidence("curl http://NAME/ (on the host)", `HTTP ${status}`, status)
        : evidence("a form posted on the host: made, shown, deleted", form),
      ...railsLog(facts, page ? "page.log" : "form.log")
        .slice(0, 6)
        .map((line) => evidence("journalctl -u puma.service", line)),
    ];
  },
  diagnoses: [
    {
      code: "RAILS_ENVIRONMENT_WRONG",
      logLines: ["* Environment: development", "ActiveRecord::NoDatabaseError"],
      cause: {
        en: "Rails runs as {environment}, not as production: other database, other assets, other gems",
        ja: "Rails が {environment} 環境で動作しています (production ではありません)。データベースやアセットが異なります",
      },
      fix: automatic(applyStep("puma")),
      find: inHost((facts) => {
        const environment = facts.value("env", "RAILS_ENV");
        if (facts.lines("env").length === 0 || environment === "production") return undefined;
        const shown = environment || "(unset)";
        return {
          evidence: [evidence("cat /etc/lecture05/env.d/*.env", `RAILS_ENV=${environment ?? ""}`, shown)],
          values: { environment: shown },
        };
      }),
    },
    {
      code: "RAILS_SECRET_MISSING",
      raises: /secret_key_base/,
      logLines: [
        "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
      ],
      cause: {
        en: "The host has no SECRET_KEY_BASE, without which Rails does not start. The fix makes a new one; who is signed in then is not any more",
        ja: "SECRET_KEY_BASE が設定されていないため Rails が起動しません。対処では新しい鍵を作成します (既存のセッションは無効になります)",
      },
      fix: automatic(onHost(`rm -f ${environmentFiles.secret}`), applyStep("puma")),
      find: inHost((facts) => {
        const length = facts.value("env", "secret-length");
        if (length !== "0") return undefined;
        const line = journalLine(facts, /secret_key_base/);
        return {
          evidence: [
            evidence(`grep -c SECRET_KEY_BASE ${environmentFiles.secret}`, "no key, or an empty one", "0"),
            ...(line ? [evidence("journalctl -u puma.service", line)] : []),
          ],
        };
      }),
    },
    {
      code: "RAILS_SECRET_DIFFERS",
      logLines: ["ActionController::InvalidAuthenticityToken", "ActiveSupport::MessageVerifier::InvalidSignature"],
      cause: {
        en: "The hosts have different keys, so a form or a session from one is refused by the other",
        ja: "ホストごとに SECRET_KEY_BASE が異なるため、別のホストではセッションやフォームが無効になります",
      },
      fix: printed(byHand(`# copy ${environmentFiles.secret} from one host to all others, then restart Puma`)),
      find: ({ hosts }) => {
        const hashes = hosts.flatMap(({ facts: other }) => other?.value("env", "secret-hash") ?? []);
        if (new Set(hashes).size < 2) return undefined;
        return { evidence: [evidence("sha256sum of each host's key", hashes.join(", "))] };
      },
    },
    {
      code: "RAILS_HOST_BLOCKED",
      since: "alb",
      raises: /Blocked host/,
      logLines: [
        "[ActionDispatch::HostAuthorization::DefaultResponseApp] Blocked hosts: lecture05-123.ap-northeast-1.elb.amazonaws.com",
        "403 Forbidden",
        "Blocked host: …",
      ],
      cause: {
        en: "Rails does not answer to the load balancer's name {name}: host authorization lets only {allowed} pass. /up is exempt, so the target is healthy all the same",
        ja: "Rails のホスト認可 (config.hosts) が DNS 名 {name} を許可していません (許可: {allowed})。/up は対象外のため、ターゲットは正常のままです",
      },
      fix: automatic(applyStep("alb")),
      find: inHost((facts, view) => {
        if (!blocked(view, facts)) return undefined;
        const allowed = facts.value("env", "APP_HOSTS") ?? "";
        const line = journalLine(facts, /Blocked host/) ?? `GET / ${facts.text("page.status")}`;
        return {
          evidence: [
            evidence("cat /etc/lecture05/env.d/*.env", `APP_HOSTS=${allowed}`, allowed || "none"),
            evidence("journalctl -u puma.service", line),
          ],
          values: { name: view.loadBalancer?.dnsName ?? "", allowed: allowed || "nothing" },
        };
      }),
    },
    {
      code: "RAILS_HEALTH_CHECK_BLOCKED",
      since: "nginx-puma",
      logLines: [
        "Target.ResponseCodeMismatch: Health checks failed with these codes: [403]",
        "Blocked hosts: 10.5.1.10",
      ],
      cause: {
        en: "/up is not exempt from host authorization: a health check comes with the host's address as its Host, and Rails answers 403",
        ja: "/up がホスト認可の対象になっています。ヘルスチェックは IP アドレスを Host として送るため、Rails が 403 を返します",
      },
      fix: printed(
        byHand(
          '# config/environments/production.rb: config.host_authorization = { exclude: ->(request) { request.path == "/up" } }',
        ),
        byHand("lecture05 up --app DIR"),
      ),
      find: inHost((facts) => {
        if (statusOf(facts, "up.checker") !== "403" || !journalLine(facts, /Blocked host/)) return undefined;
        return {
          evidence: [
            evidence(checker, facts.text("up.checker"), "403"),
            evidence("journalctl -u puma.service", journalLine(facts, /Blocked host/) ?? ""),
          ],
        };
      }),
    },
    {
      code: "RAILS_HEALTH_CHECK_REDIRECTED",
      since: "nginx-puma",
      logLines: ["Target.ResponseCodeMismatch: Health checks failed with these codes: [301]", "301 Moved Permanently"],
      cause: {
        en: "/up is not exempt from force_ssl: the health check is sent to https and gets 301 instead of 200",
        ja: "/up が force_ssl の対象になっています。ヘルスチェックが https に転送され、200 ではなく 301 になります",
      },
      fix: printed(
        byHand(
          '# config/environments/production.rb: config.ssl_options = { redirect: { exclude: ->(request) { request.path == "/up" } } }',
        ),
        byHand("lecture05 up --app DIR"),
      ),
      find: inHost((facts) => {
        const answer = facts.text("up.checker");
        return /^30[1278] /.test(answer) ? { evidence: [evidence(checker, answer, answer.slice(0, 3))] } : undefined;
      }),
    },
    {
      code: "RAILS_FORCE_SSL",
      logLines: ["301 Moved Permanently", "ERR_CONNECTION_REFUSED (https)"],
      cause: {
        en: "Rails sends every visitor to https (FORCE_SSL), but there is no certificate and nobody listens on 443",
        ja: "Rails がすべてのアクセスを https に転送しています (FORCE_SSL) が、証明書がなく 443 番ポートで待ち受けていません",
      },
      // Somebody wanted it; taking it off is theirs to say.
      fix: printed(onHost("sed -i '/^FORCE_SSL=/d' /etc/lecture05/env.d/*.env && systemctl restart puma.service")),
      find: inHost((facts, { https }) => {
        if (https) return undefined;
        const location = facts.text("page.location");
        if (!/^30[1278]$/.test(facts.text("page.status")) || !location.startsWith("https://")) return undefined;
        return {
          evidence: [
            evidence("curl -i http://NAME/", `${facts.text("page.status")} Location: ${location}`, location),
            evidence("cat /etc/lecture05/env.d/*.env", `FORCE_SSL=${facts.value("env", "FORCE_SSL") ?? ""}`),
          ],
        };
      }),
    },
    {
      code: "RAILS_TOKEN_REFUSED",
      logLines: [
        "ActionController::InvalidAuthenticityToken (HTTP Origin header (http://…) didn't match request.base_url (https://…))",
        "Can't verify CSRF token authenticity.",
        "422 Unprocessable Content",
      ],
      cause: {
        en: "Rails refuses forms: what the browser says about the page's address does not fit what Nginx passes on (Host, X-Forwarded-Proto)",
        ja: "フォーム送信が拒否されます。ブラウザーの Origin と、Nginx から渡されるアドレス (Host、X-Forwarded-Proto) が一致していません",
      },
      fix: automatic(applyStep("nginx-puma")),
      find: inHost((facts, view) => {
        const line = facts.find("form.log", /InvalidAuthenticityToken|InvalidCrossOrigin/);
        if (!line) return undefined;
        return {
          evidence: [
            evidence("a form posted on the host with the page's Origin", facts.text("form"), "422"),
            evidence("journalctl -u puma.service", line.replace(/^\[[^\]]*\] ?/, "")),
          ],
          ...(hasReached(view, "nginx-puma")
            ? {}
            : { fix: printed(onHost("journalctl -u puma.service -n 50 --no-pager")) }),
        };
      }),
    },
  ],
};
