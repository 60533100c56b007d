import {
  currentLink,
  environmentDirectory,
  environmentFiles,
  pumaMark,
  pumaPort,
  pumaUnitFile,
  socketPath,
} from "./paths.ts";

/** Shell functions that start Puma with what is configured now, and are content only when the application answers. */
export const restartPumaFunctions = `
puma_failed() {
  echo "Puma does not answer ($1). The end of its journal:" >&2
  journalctl -u puma.service -n 40 --no-pager -o cat >&2
  exit 1
}

# "active" is also what a unit says between two crashes: ask the application itself, and count the restarts.
wait_for_puma() {
  if [ -e ${environmentFiles.socket} ]; then
    set -- --unix-socket ${socketPath} http://localhost/up
  else
    set -- http://127.0.0.1:${pumaPort}/up
  fi
  deadline=$(($(date +%s) + 60))
  until curl -fsS --noproxy '*' --max-time 5 -o /dev/null "$@" 2>/dev/null; do
    [ "$(systemctl show -p NRestarts --value puma.service)" -lt 2 ] || puma_failed "it crashes again and again"
    [ "$(date +%s)" -lt "$deadline" ] || puma_failed "waited for 60 s"
    sleep 0.2
  done
}

# Restarts Puma when its unit, its environment or the release is not what it was started with.
restart_puma_if_changed() {
  wanted=$({
    cat ${pumaUnitFile} ${environmentDirectory}/*.env
    readlink ${currentLink}
  } | sha256sum)
  # Somebody may have restarted it by hand while other settings were there: then those of now are newer than Puma.
  started=$(systemctl show -p ActiveEnterTimestamp --value puma.service)
  newer=$(find ${pumaUnitFile} ${environmentDirectory} -type f -newermt "\${started:-1970-01-01}")
  if [ "$(cat ${pumaMark} 2>/dev/null)" = "$wanted" ] && [ -z "$newer" ] && systemctl -q is-active puma.service; then
    echo "unchanged: puma.service"
    wait_for_puma
    return
  fi
  rm -f ${pumaMark}
  systemctl daemon-reload
  systemctl reset-failed puma.service 2>/dev/null || true
  systemctl restart puma.service || puma_failed "it did not start"
  wait_for_puma
  echo "$wanted" >${pumaMark}
  echo "restarted: puma.service"
}
`;
