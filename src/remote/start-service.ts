/** Shell function for a unit that runs once and may need a right which is not known everywhere yet. */
export const startServiceFunction = `
# start_service UNIT: again while it fails, for half a minute; then what it said.
start_service() {
  attempt=1
  until systemctl start "$1"; do
    if [ "$attempt" -ge 6 ]; then
      journalctl -u "$1" -n 20 --no-pager -o cat >&2
      exit 1
    fi
    attempt=$((attempt + 1))
    sleep 5
  done
}`;
