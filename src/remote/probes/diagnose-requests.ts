import { pumaPort, socketPath } from "../paths.ts";

/** Requests on the host: as the health checker, as a browser by name and by address, and past Nginx to Puma. */
export const requestFacts = `
new_id() { echo "lecture05-diagnose-$1-$(od -An -N6 -tx1 /dev/urandom | tr -d ' \\n')"; }

# request NAME CURL-ARGUMENTS...: status, where it leads, seconds, or curl's own error.
request() {
  name=$1
  shift
  fact "$name" curl -sS --noproxy '*' --max-time 6 -o /dev/null \\
    -w '%{http_code} %{time_total} %{redirect_url}' "$@"
}

request_facts() {
  id=$(new_id page)
  case $way in
    socket) set -- --unix-socket ${socketPath} ;;
    tcp) set -- --connect-to ::127.0.0.1:${pumaPort} ;;
    *) set -- --connect-to "::$private_ip:80" ;;
  esac
  # A health check comes by plain HTTP, and nobody says otherwise.
  (unset -f curl; request up.checker "$@" -A ELB-HealthChecker/2.0 "http://$private_ip/up") &
  request page.address "$@" "http://$private_ip/" &
  [ "$way" != nginx ] || request up.past --unix-socket ${socketPath} http://localhost/up &
  code=0
  curl -sS --noproxy '*' --max-time 6 "$@" -H "X-Request-Id: $id" -D "$work/head" -o "$work/page" "$site/" \\
    >"$work/page-error" 2>&1 || code=$?
  wait
  say page.https "$(if by_https; then echo yes; else echo no; fi)"
  say page.exit $code
  say page.error "$(head -n 1 "$work/page-error")"
  say page.status "$(sed -n '1s/^[^ ]* \\([0-9]*\\).*/\\1/p' "$work/head")"
  say page.server "$(sed -n 's/^[Ss]erver: *\\([^/\\r]*\\).*/\\1/p' "$work/head" | head -n 1)"
  say page.location "$(sed -n 's/^[Ll]ocation: *\\([^\\r]*\\).*/\\1/p' "$work/head" | head -n 1)"
  say page.title "$(sed -n 's/.*<title>\\(.*\\)<\\/title>.*/\\1/p' "$work/page" | head -n 1)"
  css=$(sed -n 's/.*<link[^>]* href="\\([^"]*\\.css\\)".*/\\1/p' "$work/page" | head -n 1)
  say page.stylesheet "$css"
  [ -z "$css" ] || request stylesheet "$@" "$site$css"
  journal_of page.log "$id"
}

# What Rails logged about one request, known by its id. The line comes a moment after the answer.
journal_of() {
  for _ in 1 2 3; do
    found=$(journalctl -q -u puma.service --since=-2min --no-pager -o cat -n 400 | grep -F "[$2]" | cut -c 1-1000 | head -n 12)
    [ -z "$found" ] || break
    sleep 0.1
  done
  [ -z "$found" ] || printf '%s\\n' "$found" | sed "s/^/$1 /"
}

# A record through the form, with a picture where the bucket lets it go again; the record is deleted at once.
form_facts() {
  [ "$alone" = no ] && grep -q '^page.status 200' "$1/4-requests" || return 0
  picture=
  if [ "$bucket" = no ] || grep -q '^s3.delete 204' "$1/3-storage"; then
    picture=$1/picture.png
    big_picture "$picture"
  fi
  id=$(new_id form)
  case $way in
    socket) set -- --unix-socket ${socketPath} ;;
    tcp) set -- --connect-to ::127.0.0.1:${pumaPort} ;;
    *) set -- --connect-to "::$private_ip:80" ;;
  esac
  say form.picture "\${picture:+yes}"
  # Without blanks, as form_post wants its arguments.
  fact form form_post "$picture" "$@" -H "Origin:$origin" -H "X-Request-Id:$id"
  journal_of form.log "$id"
}`;
