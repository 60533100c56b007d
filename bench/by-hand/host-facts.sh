#!/bin/sh
# host-facts.sh, on a host: what it has and how it answers, as sections of lines, so that two hosts can be compared
# (../compare-hosts.mjs). Left out or replaced is only what differs between any two hosts: names, times, secrets, ids.
set -eu
export LC_ALL=C.UTF-8
section() { printf '\n== %s\n' "$1"; }

section "packages"
dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version} ${Architecture}\n'
section "packages asked for"
apt-mark showmanual

section "gems"
cd /opt/lecture05/current
set -a
for file in /etc/lecture05/env.d/*.env; do
  # shellcheck source=/dev/null
  . "$file"
done
set +a
env HOME=/var/lib/lecture05/home runuser -u app -- bundle list
section "gems' files"
find /var/lib/lecture05/bundle -path '*/cache' -prune -o -name '*.gemspec' -printf '%f %m %u:%g\n' | sort

section "units"
for unit in puma.service nginx.service; do
  systemctl cat "$unit" | grep -Ev '^ *(#.*)?$'
  systemctl show -p UnitFileState -p ActiveState -p SubState -p User -p Group -p Restart -p DropInPaths -p NRestarts "$unit"
done
section "enabled units"
systemctl list-unit-files --state=enabled --no-legend --plain
section "processes"
ps -o user:20=,group:20=,comm= -C puma,nginx,ruby,ruby3.3,bundle | sort | uniq -c | sed 's/^ *//'
section "listening"
# 127.0.0.11 is Docker's name service.
ss -Hlnt | awk '$4 !~ /^127.0.0.11:/ { print $1, $4 }' | sort
stat -c '%n %F %a %U:%G' /run/lecture05 /run/lecture05/puma.sock

section "nginx"
nginx -T 2>/dev/null | grep -Ev '^ *(#.*)?$'
section "settings"
for file in /etc/lecture05/env.d/*.env /etc/systemd/journald.conf.d/*.conf .bundle/config; do
  stat -c '%n %a %U:%G' "$file"
  sed -e 's/^\(SECRET_KEY_BASE\|HOST_NAME\|INSTANCE_ID\|AVAILABILITY_ZONE\)=.*/\1=.../' "$file"
done
section "users"
getent passwd app www-data | cut -d: -f1,5-
id -nG app
id -nG www-data

section "application"
readlink /opt/lecture05/current
# Marks by which a tool knows what it did are its own business; Gemfile.lock and the rest are not.
find . -name '.gems-installed' -o -name .prepared -o -printf '%p %y %m %u:%g %l\n' | sort
find . -type f ! -name .gems-installed ! -name .prepared ! -name '*.gz' -exec sha256sum {} + | sort -k 2
stat -c '%n %a %U:%G' /opt/lecture05 /opt/lecture05/releases /var/lib/lecture05 /var/lib/lecture05/home /var/lib/lecture05/tmp \
  /var/lib/lecture05/log /var/lib/lecture05/database /var/lib/lecture05/storage /var/lib/lecture05/bundle \
  /var/lib/lecture05/log-ship /etc/lecture05/env.d /var/lib/lecture05/database/production.sqlite3
section "tables"
sqlite3 /var/lib/lecture05/database/production.sqlite3 '.schema' 'select count(*) from fruits'

# --- answers ----------------------------------------------------------------------------------------------------------
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
own='s/\r$//; s/^\(x-request-id\|x-runtime\|etag\|date\|last-modified\|expires\|set-cookie\): .*/\1: .../I
  s,\(fruits/\)[0-9][0-9]*,\1N,g; s/\(name="\(csrf-token\|authenticity_token\)"[^>]*\(content\|value\)="\)[^"]*/\1.../g'
# ask NAME CURL-ARGUMENTS...: status, headers and page
ask() {
  section "answer: $1"
  shift
  curl -s --max-time 60 -b "$work/cookies" -c "$work/cookies" -D "$work/headers" -o "$work/page" "$@"
  sed "$own" "$work/headers"
  if grep -qI . "$work/page"; then
    sed "$own; s/$HOST_NAME/HOST/g; s/$AVAILABILITY_ZONE/ZONE/g" "$work/page"
  else
    sha256sum <"$work/page"
  fi
}
token() { sed -n 's/.*name="authenticity_token" value="\([^"]*\)".*/\1/p' "$work/page" | head -n 1; }
site=http://127.0.0.1
css=/$(cd public && find assets -name '*.css' | sort | head -n 1)
ask "GET /up" "$site/up"
ask "GET /" "$site/"
ask "GET the style sheet" "$site$css"
ask "GET the style sheet, compressed" -H 'Accept-Encoding: gzip' "$site$css"
ask "GET a missing asset" "$site/assets/missing.css"
ask "GET a missing page" "$site/missing"
ask "GET the form" "$site/fruits/new"
made=$(curl -s --max-time 60 -b "$work/cookies" -c "$work/cookies" -D "$work/headers" -o "$work/page" -w '%{redirect_url}' \
  --form-string "authenticity_token=$(token)" --form-string 'fruit[name]=the same fruit' "$site/fruits")
section "answer: POST the form"
sed "$own" "$work/headers"
ask "GET what the form made" "$made"
ask "DELETE what the form made" --form-string _method=delete --form-string "authenticity_token=$(token)" "$made"
section "answer: by the socket, for a stranger"
runuser -u nobody -- curl -s -o /dev/null -w '%{exitcode}\n' --unix-socket /run/lecture05/puma.sock http://localhost/up || true
section "answer: on port 3000"
curl -s -o /dev/null -w '%{exitcode}\n' http://127.0.0.1:3000/ || true
