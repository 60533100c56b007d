import { requestedPackagesFile, sharedDirectory } from "./paths.ts";

/** Shell functions: apt without questions, patient with other users of its locks. */
export const packageFunctions = `
# Nobody is there to answer questions, and the first boot's own updates may hold the locks.
apt_get() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 \\
    -o Dpkg::Options::=--force-confold "$@"
}

# A fresh machine updates itself soon after its first boot, and holds apt's locks for minutes.
await_own_updates() {
  attempt=1
  while systemctl show -p ActiveState apt-daily.service apt-daily-upgrade.service 2>/dev/null | grep -qx ActiveState=activating; do
    if [ "$attempt" -ge 120 ]; then echo "the machine's own updates take more than ten minutes; going on"; return; fi
    attempt=$((attempt + 1))
    sleep 5
  done
}

# apt itself asks the name service for minutes before it goes on with the lists that it has. A proxy asks in our place.
is_offline() {
  if [ -n "\${http_proxy:-}" ]; then return 1; fi
  # shellcheck disable=SC2016 # apt fills it in
  site=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | sed -n 's|^[a-z]*://\\([^/:]*\\).*|\\1|p' | sed -n 1p)
  [ -n "$site" ] && ! timeout 5 getent ahosts "$site" >/dev/null
}

# The package lists, at most once an hour. Their lock is not covered by apt's own waiting.
update_lists() {
  stamp=${sharedDirectory}/apt-updated
  if [ -n "$(find "$stamp" -mmin -60 2>/dev/null)" ]; then return; fi
  await_own_updates
  # The sandbox gives a new host the lists and the packages of the one before.
  if [ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ] && is_offline; then
    echo "no network: going on with the package lists that are here"
    touch "$stamp"
    return
  fi
  attempt=1
  until apt_get update; do
    if [ "$attempt" -ge 5 ]; then echo "apt-get update failed $attempt times" >&2; return 1; fi
    attempt=$((attempt + 1))
    sleep 5
  done
  touch "$stamp"
}

is_installed() {
  [ "$(dpkg-query -W -f '\${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A run that was interrupted left dpkg in the middle of something, and apt refuses to work until that is finished.
finish_interrupted() {
  attempt=1
  until [ -z "$(ls /var/lib/dpkg/updates)" ]; do
    if DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a; then return; fi
    # The first boot's own updates have the lock, and leave such traces while they work.
    if [ "$attempt" -ge 30 ]; then echo "dpkg cannot finish what was interrupted" >&2; return 1; fi
    attempt=$((attempt + 1))
    sleep 10
  done
}

# Installs what is missing and notes what was asked for.
install_packages() {
  finish_interrupted
  mkdir -p ${sharedDirectory}
  for package in "$@"; do
    grep -qsxF "$package" ${requestedPackagesFile} || echo "$package" >>${requestedPackagesFile}
  done
  # Each name is taken off the front and put back at the end when it is missing.
  for package in "$@"; do
    shift
    is_installed "$package" || set -- "$@" "$package"
  done
  if [ "$#" -eq 0 ]; then
    echo "unchanged: packages"
    return
  fi
  update_lists
  apt_get install --no-install-recommends "$@"
}
`;
