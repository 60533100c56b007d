import type { RemoteScript } from "../ports/shell.ts";
import { packageFunctions } from "./packages.ts";
import { sharedDirectory } from "./paths.ts";
import { putFile, putFileFunction } from "./put-file.ts";
import { remoteScript } from "./script.ts";

const body = `
# The first boot goes on while SSM already answers; two package managers at a time do not work.
if command -v cloud-init >/dev/null; then
  timeout 300 cloud-init status --wait >/dev/null || echo "cloud-init has not ended cleanly; going on"
fi

# Small machines run out of memory while gems compile. Containers may not swap, and need not.
memory_kb=$(awk '/^MemTotal:/ { print $2 }' /proc/meminfo)
free_kb=$(df -Pk / | awk 'NR == 2 { print $4 }')
if [ "$memory_kb" -ge 2000000 ] || [ "$(wc -l </proc/swaps)" -gt 1 ]; then
  echo "unchanged: swap"
elif [ "$free_kb" -lt 4000000 ]; then
  echo "no swap: less than 4 GB free on the disk"
elif (umask 077 && dd if=/dev/zero of=/swapfile bs=1M count=1024 status=none) &&
  mkswap -q /swapfile && swapon /swapfile 2>/dev/null; then
  grep -qs '^/swapfile ' /etc/fstab || echo '/swapfile none swap sw 0 0' >>/etc/fstab
  echo "made: 1 GB of swap"
else
  rm -f /swapfile
  echo "no swap: not permitted here"
fi

# The journal holds Rails' log as well; it must not fill a small disk.
mkdir -p /etc/systemd/journald.conf.d
${putFile({ path: "/etc/systemd/journald.conf.d/lecture05.conf", mode: "644", owner: "root:root" }, "[Journal]\nSystemMaxUse=200M")}
if [ "$changed" = yes ]; then systemctl try-restart systemd-journald.service; fi

mkdir -p ${sharedDirectory}
update_lists

# Requests to AWS are signed with the time, and refused when it is off by minutes. A container has its machine's clock.
time_service() {
  for service in chrony systemd-timesyncd ntpsec openntpd; do
    if systemctl -q is-active "$service.service" 2>/dev/null; then echo "$service"; return; fi
  done
}
if systemd-detect-virt -q --container; then
  echo "unchanged: clock (the machine's)"
elif [ -n "$(time_service)" ]; then
  echo "unchanged: clock ($(time_service))"
else
  install_packages chrony
  # Amazon Time Sync, which needs no way to the internet.
  mkdir -p /etc/chrony/sources.d
  echo "server 169.254.169.123 prefer iburst minpoll 4 maxpoll 4" >/etc/chrony/sources.d/amazon.sources
  systemctl restart chrony.service
  echo "made: clock (chrony)"
fi
`;

/** Makes a fresh Debian ready for the scripts after it: first boot over, enough memory, a bounded journal. */
export function prepareHost(): RemoteScript {
  return remoteScript("prepare-host", 15 * 60_000, packageFunctions, putFileFunction, body);
}
