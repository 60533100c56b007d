import type Docker from "dockerode";
import type { SecretFile } from "../runtime.ts";
import { execIn } from "./exec.ts";
import { putFiles } from "./streams.ts";

/** Where a load balancer's configuration finds its runtime API; `runtimeConfiguration` already opens it. */
export const adminSocket = "/run/haproxy/admin.sock";
/** Servers' states before the last reload; a configuration takes them up with `load-server-state-from-file global`. */
export const serverStateFile = "/run/haproxy/server-state";

export const runtimePath = "/etc/haproxy/runtime.cfg";
export const configurationPath = "/etc/haproxy/haproxy.cfg";
const masterSocket = "/run/haproxy/master.sock";

/** Loaded before each configuration, so that what the runtime leans on is always there. */
export const runtimeConfiguration = `global
  log stdout len 15000 format raw local0
  maxconn 4000
  stats socket ${adminSocket} mode 600 level admin expose-fd listeners
  server-state-file ${serverStateFile}
  # A worker of an earlier configuration goes at the latest then, whoever holds a connection to it.
  hard-stop-after 5m
`;

/** HAProxy as PID 1 in master-worker mode. */
export const haproxyCommand = `mkdir -p /run/haproxy && rm -f /run/haproxy/* && exec haproxy -W -db -S ${masterSocket} -f ${runtimePath} -f ${configurationPath}`;

const reloadOnce = `reload() { echo reload | socat -t 20 - UNIX-CONNECT:${masterSocket}; }`;

const configureScript = `set -e
${reloadOnce}
umask 077
cd /etc/haproxy
cat > next.cfg
if ! haproxy -c -f ${runtimePath} -f next.cfg > check.log 2>&1; then
  cat check.log >&2
  exit 3
fi
if echo 'show servers state' | socat -t 5 - UNIX-CONNECT:${adminSocket} > server-state.new 2> /dev/null; then
  mv server-state.new ${serverStateFile}
fi
cp ${configurationPath} previous.cfg
mv next.cfg ${configurationPath}
answer=$(reload)
case $answer in *Success=1*)
  # Keys that nothing uses any more.
  for file in certificates/*.pem; do grep -qF -- "$file" haproxy.cfg || rm -f -- "$file"; done
  exit 0 ;;
esac
# The file passed the check but could not be started, such as for a port in use: go back to what ran.
mv previous.cfg ${configurationPath}
reload > /dev/null
printf '%s\\n' "$answer" >&2
exit 4`;

const waitScript = `for attempt in $(seq 100); do
  if echo 'show version' | socat -t 2 - UNIX-CONNECT:${masterSocket} > /dev/null 2>&1 && [ -S ${adminSocket} ]; then exit 0; fi
  sleep 0.05
done
exit 1`;

/** HAProxy refused a configuration; the message is its own. The one before goes on running. */
export class LoadBalancerConfigurationError extends Error {
  override readonly name = "LoadBalancerConfigurationError";
}

/** Checks a configuration with HAProxy itself, then changes over to it without dropping a connection. */
export async function configureHaproxy(
  container: Docker.Container,
  configuration: string,
  certificates: readonly SecretFile[] = [],
): Promise<void> {
  if (certificates.length > 0)
    await putFiles(
      container,
      certificates.map((file) => ({ ...file, mode: 0o600 })),
    );
  const { exitCode, stderr } = await execIn(
    container,
    { argv: ["sh", "-c", configureScript], stdin: Buffer.from(configuration) },
    [],
  );
  if (exitCode !== 0) throw new LoadBalancerConfigurationError(stderr.toString().trim());
}

/** Resolves once the master process answers. */
export async function waitForHaproxy(container: Docker.Container): Promise<void> {
  const { exitCode } = await execIn(container, { argv: ["sh", "-c", waitScript] }, []);
  if (exitCode === 0) return;
  const logs = await container.logs({ stdout: true, stderr: true, tail: 20 });
  throw new Error(`HAProxy did not start: ${plainLogs(logs)}`);
}

/** One command to HAProxy's runtime API. */
export async function haproxyCommandOutput(container: Docker.Container, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await execIn(
    container,
    { argv: ["socat", "-t", "5", "-", `UNIX-CONNECT:${adminSocket}`], stdin: Buffer.from(`${command}\n`) },
    [],
  );
  if (exitCode !== 0) throw new Error(`HAProxy's runtime API did not answer: ${stderr.toString().trim()}`);
  return stdout.toString();
}

function plainLogs(logs: Buffer): string {
  return logs.toString().replace(/[^\x20-\x7e\n]/g, "");
}
