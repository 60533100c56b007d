import { editSite, restartNginx, type Provocation } from "./provocation.ts";

const rogue =
  "systemd-run -q --unit=rogue ruby -rsocket -e 's = TCPServer.new(\"0.0.0.0\", 80); loop { s.accept.close }'; sleep 0.7";

export const nginxProvocations: readonly Provocation[] = [
  { layer: "nginx", code: "NGINX_STOPPED", what: "Nginx is stopped", breakIt: "systemctl stop nginx" },
  {
    layer: "nginx",
    code: "NGINX_PORT_TAKEN",
    what: "another program has port 80",
    row: 17,
    breakIt: `systemctl stop nginx && ${rogue}; systemctl start nginx || true`,
    restore: "systemctl stop rogue; systemctl reset-failed nginx; systemctl start nginx",
  },
  {
    layer: "nginx",
    code: "NGINX_CONFIG_INVALID",
    what: "a directive is mistyped",
    breakIt: editSite("s/server_tokens off;/server_token off;/"),
  },
  {
    layer: "nginx",
    code: "NGINX_DEFAULT_SITE",
    what: "the default site is enabled beside ours",
    row: 15,
    breakIt: `ln -sf ../sites-available/default /etc/nginx/sites-enabled/default && ${restartNginx}`,
  },
  {
    layer: "nginx",
    code: "NGINX_SITE_NOT_ENABLED",
    what: "our site is not enabled, nor any other",
    row: 15,
    breakIt: `rm /etc/nginx/sites-enabled/lecture05 && ${restartNginx}`,
  },
  {
    layer: "nginx",
    code: "NGINX_DUPLICATE_SERVER",
    what: "a second server block claims the port",
    row: 15,
    breakIt: `printf 'server {\\n  listen 80 default_server;\\n  return 200 other;\\n}\\n' > /etc/nginx/conf.d/other.conf && ${restartNginx}`,
    restore: "rm /etc/nginx/conf.d/other.conf && systemctl restart nginx",
  },
  {
    layer: "nginx",
    code: "NGINX_SERVER_NAME_TOO_LONG",
    what: "server_name is a load balancer's long name",
    row: 18,
    // Nginx looks names up in a table only when there are several servers.
    breakIt: `printf 'server {\\n  listen 80;\\n  server_name other;\\n}\\n' > /etc/nginx/conf.d/other.conf && ${editSite(
      "s/server_name _;/server_name internal-lecture05-application-1234567890.ap-northeast-1.elb.amazonaws.com;/",
    )}`,
    tidy: "rm /etc/nginx/conf.d/other.conf && systemctl reload nginx",
  },
  {
    layer: "nginx",
    code: "NGINX_NOT_LISTENING",
    what: "Nginx listens on 127.0.0.1 only",
    row: 20,
    breakIt: editSite("s/listen 80 default_server/listen 127.0.0.1:80 default_server/;/listen \\[::\\]:80/d"),
  },
  {
    layer: "nginx",
    code: "NGINX_NO_TRY_FILES",
    what: "the location has no try_files",
    row: 15,
    breakIt: editSite("/try_files $uri @app;/d"),
  },
  {
    layer: "nginx",
    code: "NGINX_HOST_NOT_PASSED",
    what: "Nginx does not pass Host on",
    row: 10,
    breakIt: editSite("/proxy_set_header Host /d"),
  },
  {
    layer: "nginx",
    code: "NGINX_UPLOAD_LIMIT",
    what: "bodies over 1 MB are refused",
    row: 16,
    breakIt: editSite("s/client_max_body_size .*/client_max_body_size 1m;/"),
  },
  {
    layer: "nginx",
    code: "NGINX_TEMP_NOT_WRITABLE",
    what: "Nginx's temporary directory belongs to somebody else",
    row: 16,
    breakIt: "chmod 0700 /var/lib/nginx",
  },
  {
    layer: "nginx",
    code: "NGINX_KEEPALIVE_TOO_SHORT",
    what: "Nginx closes idle connections before the load balancer",
    row: 23,
    breakIt: editSite("s/keepalive_timeout 75s;/keepalive_timeout 5s;/"),
  },
  {
    layer: "nginx",
    code: "NGINX_SITE_CHANGED",
    what: "a location swallows the application's addresses",
    breakIt: editSite("/^ *listen 80 default_server/i location ^~ /rails/active_storage/ { return 404; }"),
  },
  {
    layer: "nginx",
    code: "NGINX_LOG_OFF",
    what: "the access log is off",
    breakIt: editSite("s|access_log .*|access_log off;|"),
  },
  { layer: "nginx", code: "NGINX_NOT_ENABLED", what: "Nginx is not enabled", breakIt: "systemctl -q disable nginx" },
];
