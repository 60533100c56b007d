#!/bin/sh
# check.sh STAGE, on the host: looks at a stage as its lecture does, and sees it fail where `up` sees it fail at once.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "$*" >&2; exit 1; }
# ask STATUS PATH
ask() {
  # shellcheck disable=SC2086 # none or two words
  got=$(curl -s --max-time 60 -b "$work/cookies" -c "$work/cookies" -o "$work/answer" -w '%{http_code}' $way "$site$2" || true)
  [ "$got" = "$1" ] || fail "$2: $got, not $1"
}
# send PATH FIELD...: a form, answered by a redirect; prints where to
send() {
  path=$1
  shift
  token=$(sed -n 's/.*name="authenticity_token" value="\([^"]*\)".*/\1/p' "$work/answer" | head -n 1)
  # shellcheck disable=SC2086 # none or two words
  curl -s --max-time 60 -b "$work/cookies" -c "$work/cookies" -o "$work/sent" -w '%{http_code} %{redirect_url}' $way \
    --form-string "authenticity_token=$token" "$@" "$site$path" | sed -n 's/^303 [a-z]*:..[^/]*//p'
}
# use_form [PICTURE]: creates, shows and deletes a record
use_form() {
  ask 200 /fruits/new
  record=$(send /fruits --form-string "fruit[name]=by hand" ${1:+-F "fruit[picture]=@$1;type=image/png"})
  [ -n "$record" ] || fail "the form was not taken"
  ask 200 "$record"
  grep -q "by hand" "$work/answer" || fail "the record does not show its name"
  if [ -n "${1:-}" ]; then
    picture=$(sed -n 's/.*<img[^>]* src="\([^"]*\)".*/\1/p' "$work/answer" | head -n 1 | sed 's,^https*://[^/]*,,')
    # shellcheck disable=SC2086 # none or two words
    curl -fsSL --max-time 60 -o /dev/null $way "$site$picture"
  fi
  [ -n "$(send "$record" --form-string _method=delete)" ] || fail "the record was not deleted"
  ask 404 "$record"
}
css=/$(cd /opt/lecture05/current/public && find assets -name '*.css' | head -n 1)

case $1 in
  puma)
    site=http://127.0.0.1:3000 way=
    ask 200 /up
    ask 200 /
    ask 200 "$css"
    use_form
    systemctl stop puma.service
    ask 000 /
    systemctl start puma.service
    ask 200 /
    ;;
  puma-socket)
    site=http://127.0.0.1:3000 way=
    ask 000 /up
    site=http://localhost way="--unix-socket /run/lecture05/puma.sock"
    ask 200 /up
    ask 200 /
    use_form
    [ "$(stat -c '%a %U:%G' /run/lecture05)" = "750 app:app" ] || fail "the socket's directory is open"
    ;;
  nginx)
    site=http://127.0.0.1 way=
    ask 200 /
    grep -q "Welcome to nginx" "$work/answer" || fail "not Nginx's own page"
    ask 404 /up
    ;;
  nginx-puma)
    site=http://127.0.0.1 way=
    ask 200 /up
    ask 200 /
    ask 200 "$css"
    use_form
    # A PNG of noise, a little over 2 MB.
    ruby -rzlib -e '
      rows = Array.new(850) { "\0".b + Random.bytes(2550) }.join
      part = ->(type, data) { [data.bytesize].pack("N") + type.b + data + [Zlib.crc32(type.b + data)].pack("N") }
      File.binwrite(ARGV[0], "\x89PNG\r\n\x1A\n".b + part.("IHDR", [850, 850, 8, 2, 0, 0, 0].pack("NNC5")) +
                             part.("IDAT", Zlib.deflate(rows, 0)) + part.("IEND", "".b))' "$work/picture.png"
    use_form "$work/picture.png"
    systemctl stop puma.service
    ask 502 /
    ask 200 "$css"
    systemctl start puma.service
    ask 200 /
    systemctl stop nginx.service
    ask 000 /
    systemctl start nginx.service
    ask 200 /
    ;;
esac
