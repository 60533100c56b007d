import { restartNginx, rogueServer, socket, type Breakage } from "./breakage.ts";

/** While Nginx shows its own page. */
export const nginxBreakages: readonly Breakage[] = [
  {
    what: "Nginx is stopped",
    proves: { nginx: ["nginx-page"] },
    breakIt: "systemctl stop nginx",
    repair: "systemctl start nginx",
  },
  {
    what: "another page is there",
    proves: { nginx: ["nginx-welcome"] },
    breakIt: "cd /var/www/html && cp -a index.nginx-debian.html /root/kept && echo other > index.nginx-debian.html",
    repair: "mv /root/kept /var/www/html/index.nginx-debian.html",
  },
  {
    what: "another server has the port",
    proves: { nginx: ["nginx-server"] },
    breakIt: `systemctl stop nginx && ${rogueServer(80)}`,
    repair: "systemctl stop rogue; systemctl start nginx",
  },
  {
    what: "something answers /up",
    proves: { nginx: ["application-not-in-path"] },
    breakIt: "echo up > /var/www/html/up",
    repair: "rm /var/www/html/up",
  },
  {
    what: "Nginx logs nothing",
    proves: { nginx: ["answered-by-nginx"] },
    breakIt: `sed -i 's|access_log /var.*;|access_log off;|' /etc/nginx/nginx.conf && ${restartNginx}`,
    repair: `sed -i 's|access_log off;|access_log /var/log/nginx/access.log;|' /etc/nginx/nginx.conf && ${restartNginx}`,
  },
  {
    what: "Nginx already passes on to Puma",
    proves: { nginx: ["puma-not-in-path"] },
    breakIt: `
      chmod 755 /run/lecture05
      sed -i '/^\\tlocation \\/ {/i location = / { proxy_pass http://unix:${socket}; }' /etc/nginx/sites-available/default
      ${restartNginx}`,
    repair: `
      chmod 750 /run/lecture05
      sed -i '/proxy_pass http:..unix/d' /etc/nginx/sites-available/default && ${restartNginx}`,
  },
];
