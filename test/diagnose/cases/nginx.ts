import { hostFacts, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

/** Our site with one line said otherwise, or left out. */
const site = (pattern: RegExp, replacement: string) => said("nginx.files", pattern, replacement);
const failedTest = (...lines: string[]) => ({ "nginx.test": lines, "nginx.test.exit": ["1"] });
const stopped = said("nginx.unit", /^ActiveState=active/, "ActiveState=failed");
const gone = { "up.checker": ["curl: (7) Failed to connect"], "page.status": [""] };
const withoutNginx = hostFacts()
  .lines("ports")
  .filter((line) => !line.includes("nginx"));
const rogue = 'LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:(("ruby",pid=4711,fd=5)) cgroup:/system.slice/rogue.service';

const loop = {
  "page.https": ["yes"],
  "page.status": ["301"],
  "page.location": ["https://diag.example/"],
};

export const nginxCases: readonly Case[] = [
  {
    code: "NGINX_PROTOCOL_LOST",
    what: "it says its own scheme, and Rails redirects for ever",
    facts: withHost({ ...site(/X-Forwarded-Proto \$lecture05_proto;/, "X-Forwarded-Proto $scheme;"), ...loop }),
  },
  {
    code: "NGINX_DEFAULT_SITE",
    what: "enabled beside ours, Nginx still runs with what it had",
    facts: withHost({ "nginx.enabled": ["default", "lecture05"] }),
  },
  {
    code: "NGINX_DEFAULT_SITE",
    what: "Nginx does not start any more",
    facts: withHost({
      ...stopped,
      ...gone,
      ...failedTest(
        "nginx: [emerg] a duplicate default server for 0.0.0.0:80 in /etc/nginx/sites-enabled/lecture05:26",
      ),
      "nginx.enabled": ["default", "lecture05"],
      ports: withoutNginx,
    }),
  },
  { code: "NGINX_SITE_NOT_ENABLED", what: "no link", facts: withHost({ "nginx.enabled": ["default.bak"] }) },
  {
    code: "NGINX_SERVER_NAME_TOO_LONG",
    what: "the load balancer's name",
    facts: withHost(
      failedTest(
        "nginx: [emerg] could not build server_names_hash, you should increase server_names_hash_bucket_size: 64",
      ),
    ),
  },
  {
    code: "NGINX_DUPLICATE_SERVER",
    what: "a file in conf.d",
    facts: withHost({
      ...failedTest(
        "nginx: [emerg] a duplicate default server for 0.0.0.0:80 in /etc/nginx/sites-enabled/lecture05:26",
      ),
      "nginx.files": [
        "# configuration file /etc/nginx/conf.d/other.conf:",
        "  listen 80 default_server;",
        ...hostFacts().lines("nginx.files"),
      ],
    }),
  },
  {
    code: "NGINX_CONFIG_INVALID",
    what: "a directive is mistyped",
    facts: withHost(
      failedTest('nginx: [emerg] unknown directive "server_token" in /etc/nginx/sites-enabled/lecture05:33'),
    ),
  },
  {
    code: "NGINX_PORT_TAKEN",
    what: "by a unit",
    facts: withHost({
      ...stopped,
      ...gone,
      ports: [rogue],
      "nginx.journal": ["nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"],
    }),
  },
  { code: "NGINX_STOPPED", what: "stopped", facts: withHost({ ...stopped, ...gone, ports: withoutNginx }) },
  {
    code: "NGINX_NOT_LISTENING",
    what: "on 127.0.0.1 only",
    facts: withHost({ ...gone, ports: ['LISTEN 0 511 127.0.0.1:80 0.0.0.0:* users:(("nginx",pid=1,fd=5))'] }),
  },
  {
    code: "NGINX_NO_TRY_FILES",
    what: "left out",
    facts: withHost({ ...site(/try_files \$uri @app;/, ""), "page.status": ["403"] }),
  },
  { code: "NGINX_NO_TRY_FILES", what: "no proxy_pass", facts: withHost(site(/proxy_pass .*/, "")) },
  { code: "NGINX_HOST_NOT_PASSED", what: "left out", facts: withHost(site(/proxy_set_header Host .*/, "")) },
  {
    code: "NGINX_HOST_NOT_PASSED",
    what: "the upstream's name",
    facts: withHost(site(/proxy_set_header Host .*/, "proxy_set_header Host $proxy_host;")),
  },
  {
    code: "NGINX_UPLOAD_LIMIT",
    what: "1m",
    facts: withHost(site(/client_max_body_size .*/, "client_max_body_size 1m;")),
  },
  { code: "NGINX_UPLOAD_LIMIT", what: "not said", facts: withHost(site(/client_max_body_size .*/, "")) },
  {
    code: "NGINX_TEMP_NOT_WRITABLE",
    what: "not for www-data",
    facts: withHost({ "nginx.temp": ["not-writable /var/lib/nginx/body", "700 root:root /var/lib/nginx/body"] }),
  },
  {
    code: "NGINX_KEEPALIVE_TOO_SHORT",
    what: "5 s",
    facts: withHost(site(/keepalive_timeout .*/, "keepalive_timeout 5s;")),
  },
  {
    code: "NGINX_SITE_CHANGED",
    what: "a location swallows pictures",
    facts: withHost({
      ...site(/server_tokens off;$/, "location ^~ /rails/ { return 404; }"),
      form: ["303 200 303, picture: 404 text/html"],
    }),
  },
  { code: "NGINX_LOG_OFF", what: "off", facts: withHost(site(/access_log \/var.*lecture05;/, "access_log off;")) },
  {
    code: "NGINX_NOT_ENABLED",
    what: "disabled",
    facts: withHost(said("nginx.unit", /UnitFileState=enabled/, "UnitFileState=disabled")),
  },
];
