import type { RemoteScript } from "../../ports/shell.ts";
import { currentLink, environmentFiles, releasesDirectory, standInUnitFile } from "../paths.ts";
import { remoteScript } from "../script.ts";
import { probeFunctions, siteFunction, stylesheetFunction, ways } from "./functions.ts";

/**
 * Which release a host has and serves: link (the current one), settings (the one that they name), running (the one that
 * Puma was started with, since the switch), up, page, named (what the page says, "none" where it says nothing), stylesheet, all by
 * Nginx; there (those that are ready); stand_in ("active" while one serves in Puma's place).
 */
export function probeRelease(): RemoteScript {
  const curl = ways.nginx;
  return remoteScript(
    "probe-release",
    2 * 60_000,
    probeFunctions,
    siteFunction,
    stylesheetFunction,
    `
link() { basename "$(readlink ${currentLink})"; }
settings() { sed -n 's/^APP_RELEASE=//p' ${environmentFiles.app}; }
# What Puma was started with is what counts, and that it was started since the switch: it reads its code then.
running() {
  started=$(date -d "$(systemctl show -p ExecMainStartTimestamp --value puma.service)" +%s)
  [ "$started" -ge "$(stat -c %Y ${currentLink})" ] || { echo "started before the switch"; return; }
  pid=$(systemctl show -p MainPID --value puma.service)
  tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^APP_RELEASE=//p'
}
named() {
  curl -s --noproxy '*' --max-time 20 ${curl} "$site/" | sed -n 's/.*<dd>\\([0-9a-f]\\{12\\}\\)<\\/dd>.*/\\1/p' |
    head -n 1 | grep . || echo none
}
there() { find ${releasesDirectory} -mindepth 2 -maxdepth 2 -name .prepared -printf '%h\\n' | sed 's|.*/||' | sort | tr '\\n' ' '; }

probe link link
probe settings settings
probe running running
probe up http_status ${curl} "$site/up"
probe page http_status ${curl} "$site/"
probe named named
probe stylesheet stylesheet ${curl}
probe there there
probe stand_in systemctl is-active ${standInUnitFile.slice(standInUnitFile.lastIndexOf("/") + 1)}`,
  );
}
