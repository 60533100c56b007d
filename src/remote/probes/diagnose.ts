import type { RemoteScript } from "../../ports/shell.ts";
import { runAsAppFunction } from "../run-as-app.ts";
import { remoteScript } from "../script.ts";
import { shellQuote } from "../shell-quote.ts";
import { appFacts } from "./diagnose-app.ts";
import { requestFacts } from "./diagnose-requests.ts";
import { storageFacts } from "./diagnose-storage.ts";
import { systemFacts } from "./diagnose-system.ts";
import { formFunctions, pictureFunction } from "./form.ts";
import { forwardedFunction, type Way } from "./functions.ts";

export interface DiagnoseHostOptions {
  /** How the furthest step so far reaches the application. */
  readonly way: Way;
  /** The load balancer's DNS name; undefined before there is one. */
  readonly hostName: string | undefined;
  readonly privateIp: string;
  /** True once pictures belong into the bucket: then the role and the bucket are tried as well. */
  readonly bucket: boolean;
  /** Nginx's own page is right while Nginx stands alone: then nothing is posted through it. */
  readonly nginxAlone: boolean;
}

const timeoutMs = 60_000;

const facts = `
# fact NAME COMMAND...: what it printed, both streams, each line after its name; then its exit code.
fact() {
  name=$1
  shift
  code=0
  printed=$("$@" 2>&1) || code=$?
  [ -z "$printed" ] || printf '%s\\n' "$printed" | cut -c 1-1000 | sed "s/^/$name /"
  echo "$name.exit $code"
}

say() { printf '%s %s\\n' "$1" "$2"; }`;

/** The parts do not need each other, so they run side by side; only the form waits until it is known to leave nothing. */
const run = `
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

system_facts >"$work/1-system" 2>/dev/null &
app_facts >"$work/2-app" 2>/dev/null &
storage_facts >"$work/3-storage" 2>/dev/null &
storage=$!
request_facts >"$work/4-requests" 2>/dev/null &
requests=$!
wait $storage || true
wait $requests || true
form_facts "$work" >"$work/5-form" 2>/dev/null || true
wait
cat "$work"/[1-5]-*`;

/**
 * Everything that a diagnosis wants to know about one host, gathered at once: lines of "NAME TEXT", read by
 * `parseHostFacts`. Changes nothing that stays: one record is made and deleted through the form, one object put and
 * deleted through the role. Secrets are never printed, only whether they are there and a hash to compare hosts by.
 */
export function diagnoseHost(options: DiagnoseHostOptions): RemoteScript {
  const { way, hostName, privateIp, bucket, nginxAlone } = options;
  return remoteScript(
    "diagnose-host",
    timeoutMs,
    facts,
    runAsAppFunction,
    formFunctions,
    pictureFunction,
    forwardedFunction,
    `
host_name=${shellQuote(hostName ?? "localhost")}
private_ip=${shellQuote(privateIp)}
site=http://$host_name
if by_https; then origin=https://$host_name; else origin=$site; fi
way=${way}
bucket=${bucket ? "yes" : "no"}
alone=${nginxAlone ? "yes" : "no"}
`,
    systemFacts,
    appFacts,
    storageFacts,
    requestFacts,
    run,
  );
}
