import { appUser, nginxAccessLog, pumaPort, socketPath } from "../paths.ts";
import type { Way } from "./functions.ts";

/** An id that Nginx takes over into its log and Rails into its own. */
export function checkRequestId(requestId: string): string {
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(requestId)) throw new RangeError("Nginx would not take over this request id");
  return requestId;
}

/**
 * Shell functions that find a request in the logs which the servers wrote themselves. The process ids are the kernel's:
 * journald takes the writer's from its socket, and Rails' line names the process at the other end of the connection.
 */
export const traceFunctions = `
nginx_line() { grep -F -e "$1" ${nginxAccessLog} | tail -n 1; }

# Lines of an exception come first and carry the same id.
puma_line() {
  journalctl -q -u puma.service --since=-5min -o short --no-pager | grep -F -e "[$1] " | grep -E ' [0-9]{3} [0-9]+ms ' |
    tail -n 1
}

# trace NAME ID LOG...: prints NAME_nginx and NAME_puma. The logs that are named (nginx, puma) should have the request,
# so their lines, written a moment after the answer, are waited for: two seconds for all that was asked before.
attempt=1
trace() {
  trace_name=$1
  trace_id=$2
  shift 2
  journalctl --sync
  for log in "$@"; do
    until [ -n "$("\${log}_line" "$trace_id" 2>/dev/null)" ] || [ "$attempt" -ge 20 ]; do
      attempt=$((attempt + 1))
      sleep 0.1
    done
  done
  probe "\${trace_name}_nginx" nginx_line "$trace_id"
  probe "\${trace_name}_puma" puma_line "$trace_id"
}

# processes UNIT: the ids of its main process and of that one's children.
processes() {
  main=$(systemctl show -p MainPID --value "$1")
  [ "$main" = 0 ] || echo "$main $(cat "/proc/$main/task/$main/children")"
}`;

const listeners: Readonly<Record<Exclude<Way, "nginx">, string>> = {
  socket: `ss -lxnH src ${socketPath} | awk '{ print $6 }'`,
  tcp: `ss -ltneH src 127.0.0.1:${pumaPort} | sed -n 's/.* ino:\\([0-9]*\\).*/\\1/p'`,
};

/** Shell function: the process of Puma that holds each socket which listens at a way's address. */
export const listenerFunction = (way: Exclude<Way, "nginx">): string => `
# A process of another user shows its files to that user only, where root lacks the right to trace.
listener() {
  for inode in $(${listeners[way]}); do
    holder=another
    for process in $(processes puma.service); do
      if runuser -u ${appUser} -- ls -l "/proc/$process/fd" 2>/dev/null | grep -qF "socket:[$inode]"; then
        holder=$process
        break
      fi
    done
    echo "$holder"
  done | paste -sd ' ' -
}`;
