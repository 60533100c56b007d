import type { RemoteScript } from "../ports/shell.ts";
import { environmentText } from "./environment-file.ts";
import { nginxConfiguration } from "./nginx-configuration.ts";
import { packageFunctions } from "./packages.ts";
import { appUser, environmentFiles, nginxErrorLog, nginxSite, nginxUnitAddition } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { restartPumaFunctions } from "./restart-puma.ts";
import { remoteScript } from "./script.ts";

const alone = `
# logrotate keeps Nginx's logs from filling the disk.
install_packages nginx logrotate
systemctl -q enable nginx.service
systemctl -q is-active nginx.service || systemctl start nginx.service
nginx -v

deadline=$(($(date +%s) + 30))
until curl -s --noproxy '*' --max-time 5 -o /dev/null http://127.0.0.1/; do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    journalctl -u nginx.service -n 20 --no-pager -o cat >&2
    exit 1
  fi
  sleep 0.2
done
`;

/** Debian's Nginx with its own page; the application is not in the path yet. */
export function installNginx(): RemoteScript {
  return remoteScript("install-nginx", 10 * 60_000, packageFunctions, alone);
}

const enabledSite = "/etc/nginx/sites-enabled/lecture05";
const defaultSite = "/etc/nginx/sites-enabled/default";

const joinGroup = `
restart=no

# Nginx's workers reach the socket and public/ as members of the application's group.
if id -nG www-data | tr ' ' '\\n' | grep -qx ${appUser}; then
  echo "unchanged: www-data is in group ${appUser}"
else
  usermod -aG ${appUser} www-data
  # Groups are read when a process starts: a reload would not do.
  restart=yes
fi`;

const enable = `
[ "$changed" = no ] || restart=yes
if [ ! -e ${enabledSite} ] || [ -e ${defaultSite} ]; then
  ln -sfn ${nginxSite} ${enabledSite}
  # The default site claims the same port.
  rm -f ${defaultSite}
  restart=yes
fi

# A mistake in the configuration must not take a running Nginx down.
nginx -t
if [ "$restart" = yes ]; then
  # Somebody who tried things out may have restarted it too often for systemd.
  systemctl reset-failed nginx.service 2>/dev/null || true
  systemctl restart nginx.service
  echo "restarted: nginx.service"
else
  systemctl -q is-active nginx.service || systemctl start nginx.service
  echo "unchanged: nginx.service"
fi`;

const finish = `
restart_puma_if_changed

deadline=$(($(date +%s) + 30))
until curl -fsS --noproxy '*' --max-time 5 -o /dev/null http://127.0.0.1/up 2>/dev/null; do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "Nginx does not reach Puma:" >&2
    tail -n 10 ${nginxErrorLog} >&2
    exit 1
  fi
  sleep 0.2
done`;

/**
 * Debian's unit leaves a crashed Nginx down, and with it a host whose Puma is well. Not on-failure: a mistake in the
 * configuration ends the start with an exit code, and no repetition makes it right.
 */
export const nginxUnitText = `[Service]
Restart=on-abnormal
RestartSec=1
`;

const comesBack = [
  `install -d -m 755 ${nginxUnitAddition.replace(/\/[^/]*$/, "")}`,
  putFile({ path: nginxUnitAddition, mode: "644", owner: "root:root" }, nginxUnitText),
  `# systemd reads it again; Nginx itself has nothing new to read.
[ "$changed" = no ] || systemctl daemon-reload
changed=no`,
].join("\n");

/** Nginx in front of Puma's socket; static files by Nginx, no longer by Puma. */
export function putNginxBeforePuma(): RemoteScript {
  return remoteScript(
    "put-nginx-before-puma",
    5 * 60_000,
    putFileFunction,
    restartPumaFunctions,
    comesBack,
    joinGroup,
    putFile({ path: nginxSite, mode: "644", owner: "root:root" }, nginxConfiguration()),
    enable,
    putFile({ path: environmentFiles.nginx, mode: "600", owner: "root:root" }, environmentText({ SERVE_STATIC: "0" })),
    finish,
  );
}
