import type { RemoteScript } from "../ports/shell.ts";
import { pumaPort, socketDirectory, socketPath } from "./paths.ts";
import { formFunctions, pictureFunction } from "./probes/form.ts";
import { probeFunctions, siteFunction, stylesheetFunction, ways } from "./probes/functions.ts";
import { seenPageFunctions, seePage } from "./probes/seen-page.ts";
import { checkRequestId, listenerFunction, traceFunctions } from "./probes/trace.ts";
import { remoteScript } from "./script.ts";

/** What each probe printed, in one word or a few, by its name. */
export type ProbeResults = Readonly<Record<string, string>>;

const timeoutMs = 3 * 60_000;

/** A request that can be found again in the logs. */
const withId = (requestId: string): string => `-H 'X-Request-Id: ${checkRequestId(requestId)}'`;

/**
 * Puma on TCP: up, page, stylesheet ("200 text/css"), form ("303 200 303"), restarts; page_nginx and page_puma (log
 * lines about the page), processes, listener; seen_* (the page for the report).
 */
export function probePuma(requestId: string): RemoteScript {
  const curl = ways.tcp;
  return remoteScript(
    "probe-puma",
    timeoutMs,
    probeFunctions,
    siteFunction,
    stylesheetFunction,
    formFunctions,
    traceFunctions,
    listenerFunction("tcp"),
    seenPageFunctions,
    `
probe up http_status ${curl} "$site/up"
probe page http_status ${curl} ${withId(requestId)} "$site/"
probe stylesheet stylesheet ${curl}
probe form form_post "" ${curl}
probe restarts systemctl show -p NRestarts --value puma.service
trace page ${requestId} puma
probe puma_processes processes puma.service
probe listener listener`,
    seePage(`http://127.0.0.1:${pumaPort}/`, "$site", curl),
  );
}

/**
 * Puma on its socket: up, page, form; directory ("750 app:app"), socket ("socket"), tcp ("refused"), stranger (curl's
 * exit code, 7); page_nginx, page_puma, processes, listener.
 */
export function probeSocket(requestId: string): RemoteScript {
  const curl = ways.socket;
  return remoteScript(
    "probe-socket",
    timeoutMs,
    probeFunctions,
    siteFunction,
    formFunctions,
    traceFunctions,
    listenerFunction("socket"),
    seenPageFunctions,
    `
probe up http_status ${curl} "$site/up"
probe page http_status ${curl} ${withId(requestId)} "$site/"
probe form form_post "" ${curl}
probe directory stat -c '%a %U:%G' ${socketDirectory}
probe socket stat -c %F ${socketPath}
probe tcp http_status ${ways.tcp} http://localhost/up
# Somebody outside the group must not get through, however open the socket itself is.
probe stranger runuser -u nobody -- curl -s -o /dev/null -w '%{exitcode}' ${ways.socket} http://localhost/up
trace page ${requestId} puma
probe puma_processes processes puma.service
probe listener listener`,
    seePage(`unix:${socketPath}`, "$site", curl),
  );
}

/**
 * Nginx alone: page, welcome ("Welcome to nginx"), server ("nginx"), application (404: it is not in the path);
 * page_nginx, page_puma. Debian's log format has no request id, so the id travels as the browser's name, too.
 */
export function probeNginxAlone(requestId: string): RemoteScript {
  return remoteScript(
    "probe-nginx-alone",
    timeoutMs,
    probeFunctions,
    traceFunctions,
    seenPageFunctions,
    `
welcome() { curl -s --noproxy '*' --max-time 20 http://127.0.0.1/ | grep -o 'Welcome to nginx' | head -n 1; }
server() { curl -s --noproxy '*' --max-time 20 -o /dev/null -w '%header{server}' http://127.0.0.1/ | cut -d/ -f1; }
probe page http_status ${withId(requestId)} -A 'lecture05 ${requestId}' http://127.0.0.1/
probe welcome welcome
probe server server
probe application http_status http://127.0.0.1/up
trace page ${requestId} nginx`,
    seePage("http://127.0.0.1/", "http://127.0.0.1", ""),
  );
}

/**
 * Nginx before Puma: page, stylesheet, form, upload (both "303 200 303"), default_site ("absent"); log lines page_nginx,
 * page_puma, file_nginx, file_puma (a static file); puma_processes, nginx_processes.
 */
export function probeNginxPuma(requestId: string, fileId: string): RemoteScript {
  const curl = ways.nginx;
  return remoteScript(
    "probe-nginx-puma",
    timeoutMs,
    probeFunctions,
    siteFunction,
    stylesheetFunction,
    formFunctions,
    pictureFunction,
    traceFunctions,
    seenPageFunctions,
    `
picture=$(mktemp --suffix=.png)
trap 'rm -f "$picture"' EXIT
big_picture "$picture"
default_site() { if [ -e /etc/nginx/sites-enabled/default ]; then echo present; else echo absent; fi; }

probe page http_status ${curl} ${withId(requestId)} "$site/"
file_id=${checkRequestId(fileId)}
probe stylesheet stylesheet ${curl}
probe form form_post "" ${curl}
probe upload form_post "$picture" ${curl}
probe default_site default_site
trace page ${requestId} nginx puma
trace file ${fileId} nginx
probe puma_processes processes puma.service
probe nginx_processes processes nginx.service`,
    seePage("http://127.0.0.1/", "$site", curl),
  );
}

/**
 * A request from elsewhere in this host's logs: request_nginx, request_puma (empty when another host had it), denied
 * (what S3 refused while it was worked on), puma_processes, nginx_processes.
 */
export function probeRequest(requestId: string): RemoteScript {
  return remoteScript(
    "probe-request",
    timeoutMs,
    probeFunctions,
    traceFunctions,
    `
denied() {
  journalctl -q -u puma.service --since=-5min -o cat --no-pager | grep -F -e '[${checkRequestId(requestId)}] Aws::' |
    head -n 1 | cut -d' ' -f2-
}
trace request ${requestId} nginx puma
probe denied denied
probe puma_processes processes puma.service
probe nginx_processes processes nginx.service`,
  );
}

/** The metadata service as a program meets it, and who runs our commands: user, system, imdsv1 ("401"), imdsv2 (id). */
export function probeMetadata(): RemoteScript {
  return remoteScript(
    "probe-metadata",
    timeoutMs,
    probeFunctions,
    `
metadata=http://169.254.169.254/latest
with_token() {
  token=$(curl -s --noproxy '*' --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $metadata/api/token)
  curl -s --noproxy '*' --max-time 5 -H "X-aws-ec2-metadata-token: $token" $metadata/meta-data/instance-id
}
system() {
  # shellcheck source=/dev/null
  . /etc/os-release
  echo "$ID $VERSION_ID"
}

probe user id -un
probe system system
probe imdsv1 http_status $metadata/meta-data/instance-id
probe imdsv2 with_token`,
  );
}

export function parseProbes(stdout: string): ProbeResults {
  const results: Record<string, string> = {};
  for (const line of stdout.split("\n")) {
    const [, name, value] = /^probe ([a-z0-9_]+) ?(.*)$/.exec(line) ?? [];
    if (name) results[name] = (value ?? "").trim();
  }
  return results;
}
