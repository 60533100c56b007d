import type { RemoteScript } from "../../ports/shell.ts";
import { guardFunctions } from "../guard.ts";
import { currentLink } from "../paths.ts";
import { restartPumaFunctions } from "../restart-puma.ts";
import { remoteScript } from "../script.ts";
import { probeFunctions, siteFunction, ways, type Way } from "./functions.ts";

const timeoutMs = 3 * 60_000;
/** Longer than the looking takes, however slow the host; see guard.ts. */
const atMostSeconds = 45;

/**
 * Proves that the other probes can fail: stops Puma, looks, and starts it again whatever happens in between. stopped,
 * stylesheet (Nginx serves it without Puma), started.
 */
export function probeWithoutPuma(way: Way): RemoteScript {
  const curl = ways[way];
  return remoteScript(
    `probe-without-puma-${way}`,
    timeoutMs,
    probeFunctions,
    siteFunction,
    restartPumaFunctions,
    guardFunctions,
    `
css=$(cd ${currentLink}/public && find assets -name '*.css' | head -n 1)
trap 'start_again puma.service' EXIT
trap 'exit 1' HUP INT TERM
stop_for_a_moment puma.service ${atMostSeconds}
probe stopped http_status ${curl} "$site/"
probe stylesheet http_status ${curl} "$site/$css"
start_again puma.service || puma_failed "it did not start"
wait_for_puma
probe started http_status ${curl} "$site/"`,
  );
}

/** The same with Nginx: stopped, puma (the socket still answers), started. */
export function probeWithoutNginx(): RemoteScript {
  return remoteScript(
    "probe-without-nginx",
    timeoutMs,
    probeFunctions,
    siteFunction,
    guardFunctions,
    `
trap 'start_again nginx.service' EXIT
trap 'exit 1' HUP INT TERM
stop_for_a_moment nginx.service ${atMostSeconds}
probe stopped http_status ${ways.nginx} "$site/"
probe puma http_status ${ways.socket} "$site/"
start_again nginx.service
probe started http_status ${ways.nginx} "$site/"`,
  );
}
