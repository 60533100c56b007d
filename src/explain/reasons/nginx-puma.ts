import { nginxUnitText, putNginxBeforePuma } from "../../remote/nginx.ts";
import { nginxConfiguration } from "../../remote/nginx-configuration.ts";
import { nginxSite, nginxUnitAddition } from "../../remote/paths.ts";
import { reasonIn, reasonsFor, type Reason, type Why } from "../reason.ts";
import { environmentSources, nginxSource, unitSource } from "../sources.ts";

/** Nginx in front of Puma's socket. */
export function nginxPumaReasons(): Reason[] {
  const { name, text } = putNginxBeforePuma();
  const script = { where: `script ${name}`, text };
  return [
    ...reasonsFor(nginxSource(nginxSite, nginxConfiguration()), siteWhys),
    ...reasonsFor(unitSource(nginxUnitAddition, nginxUnitText), {
      Restart: {
        lesson: true,
        en: "Debian's unit leaves a crashed Nginx down, and with it a host whose Puma is well. Now systemd starts it again after a crash; one that was stopped by hand, or does not start because of its configuration, stays down. `lecture05 drill nginx` shows how long that takes.",
        ja: "Debian の標準設定では、Nginx が異常終了すると止まったままになり、Puma が正常でもそのホストは応答できません。異常終了したときは systemd に再起動させます (手動で停止したときや、設定の誤りで起動できないときは再起動しません)。復旧までの時間は lecture05 drill nginx で計測できます。",
      },
      RestartSec: {
        en: "A second's breath before the next attempt.",
        ja: "再起動の前に 1 秒待ちます。",
      },
    }),
    reasonIn(script, "group", /usermod (-aG app www-data)/, {
      lesson: true,
      en: "Nginx's user joins the application's group, and so reaches the socket and public/. Without it Nginx answers 502, with Permission denied in its log.",
      ja: "Nginx のユーザー www-data をアプリケーションのグループに加え、ソケットと public/ に届くようにします。これがないと 502 になり、Nginx のログに Permission denied と記録されます。",
    }),
    reasonIn(script, "restart", /systemctl (restart nginx\.service)/, {
      en: "A restart and not a reload where the group has changed: a process gets its groups when it starts.",
      ja: "グループを変えたときは、reload ではなく restart が必要です。グループはプロセスの起動時に決まるためです。",
    }),
    reasonIn(script, "default site", /(rm -f \S+\/default)/, {
      lesson: true,
      en: "Debian's default site claims the same port. While it is there, requests may end at Nginx's welcome page or in a 403 although our configuration is right; it has cost people days.",
      ja: "Debian の Nginx に最初から入っているデフォルトサイトは、同じポートを使います。残しておくと、設定が正しくても Nginx の初期ページや 403 が表示されることがあり、原因に気付くまで何日もかかった人もいます。",
    }),
    reasonIn(script, "test", /^(nginx -t)$/m, {
      en: "Tests the configuration before Nginx reads it, so that a mistake does not take down a site that works.",
      ja: "設定を読み込ませる前に検査します。設定を間違えても、動いているサイトを止めずに済みます。",
    }),
    ...environmentSources(text).flatMap((source) =>
      reasonsFor(source, {
        SERVE_STATIC: {
          en: "From now on Puma leaves files to Nginx.",
          ja: "ここから先、静的ファイルは Nginx に任せ、Puma は配信しません。",
        },
      }),
    ),
  ];
}

const oneId: Why = {
  en: "One id for a request in Nginx's log and in Rails' log, taken over from the sender where it is harmless, so that one can follow a request through all logs.",
  ja: "Nginx と Rails のログで同じリクエスト ID を使います (送信元の ID が安全な形ならそれを引き継ぎます)。1 つのリクエストをすべてのログで追えるようになります。",
};
const proto: Why = {
  en: "Whether the visitor came by https. When a load balancer has taken off TLS only it knows, so what it says is handed on; otherwise Rails would redirect to https for ever.",
  ja: "閲覧者が https で接続したかどうかを伝えます。TLS をロードバランサーで終端すると、それを知っているのはロードバランサーだけなので、値をそのまま引き継ぎます。そうしないと Rails が https へのリダイレクトを繰り返します。",
};
const everyName: Why = {
  en: "Nginx answers on port 80 to every name, over IPv4 and IPv6. Which names are right is decided by Rails (APP_HOSTS); the long name of a load balancer would not even fit into Nginx's table of names.",
  ja: "80 番ポートで、どの名前あてのリクエストにも応答します (IPv4 と IPv6)。許可する名前は Rails 側 (APP_HOSTS) で決めます。ロードバランサーの長い DNS 名を server_name に書くと、Nginx の名前の表に収まらないこともあります。",
};
const errorPage: Why = {
  en: "While Puma is away visitors get the application's own error page, with the status 502 kept, and nobody can open that page by itself.",
  ja: "Puma が止まっている間は、アプリケーションのエラーページを表示します。ステータスは 502 のままで、このページを直接開くことはできません。",
};
const fingerprinted: Why = {
  en: "Names of assets hold a hash of their content, so a browser may keep them for ever: what changes gets another name.",
  ja: "アセットのファイル名には内容のハッシュが含まれるため、ブラウザにいつまでもキャッシュさせて構いません。内容が変われば名前も変わります。",
};

/** The site, directive by directive. */
const siteWhys: Readonly<Record<string, Why>> = {
  upstream: {
    en: "A name for what stands behind Nginx.",
    ja: "Nginx の後ろにあるサーバーに付けた名前です。",
  },
  "server unix:/run/lecture05/puma.sock": {
    lesson: true,
    en: "Nginx passes requests to Puma's socket; both must name the same path. With one Puma alone there is no other to turn to, so after a failure Nginx asks it again at once (fail_timeout=0) instead of giving it up for 10 s.",
    ja: "リクエストを Puma のソケットに渡します。パスは Puma 側と完全に一致していなければなりません。Puma は 1 つだけなので、失敗しても 10 秒間切り離さず、すぐに再試行します (fail_timeout=0)。",
  },
  "map $http_x_forwarded_proto": proto,
  "map $http_x_request_id": oneId,
  log_format: {
    en: "What is needed to prove the path: who asked, what Puma was reached at, the id of the request, how long it took.",
    ja: "経路の確認に必要な情報 (接続元、Puma のソケット、リクエスト ID、所要時間) をログに残します。",
  },
  "server ": {
    en: "One site.",
    ja: "サイトを 1 つ定義します。",
  },
  listen: everyName,
  server_name: everyName,
  root: {
    en: "Files of the application's public/, by way of the link to the current release.",
    ja: "アプリケーションの public/ です。現在のリリースへのリンクを通して参照します。",
  },
  access_log: {
    en: "Every request, in the format above. The proof of step alb reads it.",
    ja: "すべてのリクエストを上の形式で記録します。ステップ alb の動作確認でも使います。",
  },
  error_log: {
    en: "Where Nginx says why it answered 502: look here first.",
    ja: "502 の理由が書かれるファイルです。問題が起きたら最初に見ます。",
  },
  server_tokens: {
    en: "Does not tell visitors its version; it helps nobody but those who look for a known hole.",
    ja: "Nginx のバージョンを表示しません。知られた脆弱性を探す人以外には役に立たない情報です。",
  },
  client_max_body_size: {
    lesson: true,
    en: "Nginx's own limit of 1 MB refuses ordinary photographs with 413. This one is above what the application takes (5 MB), so that the application can say what is wrong.",
    ja: "Nginx の初期値は 1 MB で、普通の写真でも 413 で拒否されます。アプリケーションの上限 (5 MB) より大きくし、制限を超えたときのメッセージはアプリケーションから表示します。",
  },
  keepalive_timeout: {
    lesson: true,
    en: "Longer than the 60 s for which the load balancer keeps an idle connection. If Nginx closed first, the load balancer would now and then send a request into a connection that is just being closed, and the visitor would get a rare 502 that nobody can repeat.",
    ja: "ALB がアイドル状態の接続を維持する 60 秒より長くします。Nginx のほうが先に閉じると、ちょうど閉じられる接続に ALB がリクエストを送ることがあり、再現しにくい 502 がまれに発生します。",
  },
  "location ^~ /assets/": fingerprinted,
  gzip_static: {
    en: "Sends the compressed copy that lies beside the file.",
    ja: "ファイルの横にある圧縮済みのコピーを返します。",
  },
  expires: fingerprinted,
  "add_header Cache-Control": fingerprinted,
  "try_files $uri =404": {
    en: "An asset that is not there is a 404 from Nginx; Rails need not be asked.",
    ja: "存在しないアセットには Nginx が 404 を返し、Rails には問い合わせません。",
  },
  "location /": {
    en: "Everything else.",
    ja: "それ以外のすべてのリクエストです。",
  },
  "try_files $uri @app": {
    lesson: true,
    en: "A file in public/ comes from Nginx itself, everything else from Puma: Nginx is fast at files, and Ruby is left for what needs it. Without $uri/, because a directory has no page of its own and / belongs to Rails; with it, / is a 403.",
    ja: "public/ にあるファイルは Nginx が直接返し、それ以外を Puma に渡します。ファイルの配信は Nginx が得意で、Ruby は必要な処理に専念できます。$uri/ は書きません。/ は Rails のものなので、書くと / が 403 になります。",
  },
  "location @app": {
    en: "The application, under a name that no address has.",
    ja: "アプリケーションへの転送です。URL にはならない内部用の名前を付けています。",
  },
  proxy_pass: {
    en: "To the upstream above, that is: to Puma's socket.",
    ja: "上で定義した upstream、つまり Puma のソケットに転送します。",
  },
  proxy_http_version: {
    en: "HTTP/1.1 to Puma, without the Connection header that would end each connection.",
    ja: "Puma とは HTTP/1.1 で通信します。",
  },
  "proxy_set_header Connection": {
    en: "Empty, because the visitor's own Connection header is meant for Nginx and not for Puma.",
    ja: "閲覧者の Connection ヘッダーは Nginx に向けたものなので、Puma には渡しません。",
  },
  "proxy_set_header Host": {
    lesson: true,
    en: "The name (and port) that the visitor typed. Rails compares it with the form's origin: without it every POST is refused with 422, and redirects lead to a name that nobody knows.",
    ja: "閲覧者が入力した名前 (とポート) を Rails に伝えます。Rails はフォームの送信元をこれと照合するため、設定しないと POST がすべて 422 になり、リダイレクト先も誤った名前になります。",
  },
  "proxy_set_header X-Real-IP": {
    en: "Who asked Nginx: the visitor, or the load balancer in front.",
    ja: "Nginx への接続元です (閲覧者、または前にあるロードバランサー)。",
  },
  "proxy_set_header X-Forwarded-For": {
    en: "Appended to, not replaced: behind a load balancer the visitor's address is in what it wrote.",
    ja: "置き換えずに追記します。ロードバランサーの後ろでは、閲覧者のアドレスはロードバランサーが書いた値の中にあります。",
  },
  "proxy_set_header X-Forwarded-Proto": proto,
  "proxy_set_header X-Request-Id": oneId,
  proxy_redirect: {
    en: "Redirects are right as Rails writes them, because it knows the Host.",
    ja: "Rails は正しい Host を知っているので、リダイレクト先を Nginx が書き換える必要はありません。",
  },
  error_page: errorPage,
  "location = /500.html": errorPage,
  internal: errorPage,
};
