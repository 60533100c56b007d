#!/bin/sh
# plain.sh CONTAINER APPLICATION RELEASE: the lecture's four stages by hand, on a fresh container of the sandbox's host image.
# What `up` is compared with: the same work, as a careful person would type it, once, with nothing to fall back on. Each
# stage is looked at before the next (check.sh). Prints "STAGE work|proof MILLISECONDS" on standard output, the rest on
# standard error. That it leaves the same host behind is proved by host-facts.sh and compare-hosts.mjs.
set -eu
host=$1 application=$2 release=$3
here=$(cd "$(dirname "$0")" && pwd)

on_host() { docker exec -i "$host" sh -eu >&2; }
# put FILE PATH MODE
put() { docker exec -i "$host" sh -euc 'umask 077; cat >"$1"; chmod "$2" "$1"' sh "$2" "$3" <"$here/files/$1"; }
prove() { docker exec -i "$host" sh -eu -s "$1" <"$here/check.sh" >&2; }

since=$(date +%s%3N)
# took STAGE KIND
took() {
  now=$(date +%s%3N)
  echo "$1 $2 $((now - since))"
  since=$now
}

# --- puma: Ruby, the application, its database and assets; Puma on 127.0.0.1:3000 -------------------------------------
docker exec "$host" mkdir -p /etc/systemd/journald.conf.d
put journald.conf /etc/systemd/journald.conf.d/lecture05.conf 644
on_host <<'SH'
systemctl restart systemd-journald.service
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -q update
apt-get -q -y install --no-install-recommends ruby ruby-dev ruby-bundler build-essential pkg-config libyaml-dev \
  libvips42t64 sqlite3 tzdata ca-certificates curl openssl
useradd --system --user-group --home-dir /var/lib/lecture05/home --no-create-home --shell /usr/sbin/nologin app
install -d -m 755 /opt/lecture05 /opt/lecture05/releases /var/lib/lecture05
install -d -o app -g app -m 700 /var/lib/lecture05/home /var/lib/lecture05/tmp /var/lib/lecture05/log \
  /var/lib/lecture05/database /var/lib/lecture05/storage /var/lib/lecture05/bundle /var/lib/lecture05/log-ship
# Gems that were built before came along under another user's number.
chown -R -h app:app /var/lib/lecture05/bundle
install -d -m 700 /etc/lecture05/env.d
SH

"$here/pack-app.sh" "$application" |
  docker exec -i "$host" sh -euc "mkdir /opt/lecture05/releases/$release; tar -xz --no-same-owner -C /opt/lecture05/releases/$release"
docker exec "$host" mkdir -p "/opt/lecture05/releases/$release/.bundle"
put bundle-config "/opt/lecture05/releases/$release/.bundle/config" 644
put app.env /etc/lecture05/env.d/10-app.env 600
put puma.service /etc/systemd/system/puma.service 644
docker exec -i "$host" sh -eu -s "$release" >&2 <<'SH'
export LC_ALL=C.UTF-8
sed -i "s/@release@/$1/; s/@host@/$(hostname)/" /etc/lecture05/env.d/10-app.env
(umask 077; echo "SECRET_KEY_BASE=$(openssl rand -hex 64)" >/etc/lecture05/env.d/00-secret.env)

cd "/opt/lecture05/releases/$1"
set -a
. /etc/lecture05/env.d/00-secret.env
. /etc/lecture05/env.d/10-app.env
set +a
export HOME=/var/lib/lecture05/home
runuser -u app -- bundle install --jobs "$(nproc)"

rm -rf tmp log
ln -s /var/lib/lecture05/tmp tmp
ln -s /var/lib/lecture05/log log
install -d -o app -g app public/assets
runuser -u app -- bundle exec rails db:prepare assets:precompile
find public/assets -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9 -k -n -f {} +
chown -R -h root:app .
chmod -R u+rwX,g+rX,g-w,o-rwx .
ln -sfn "$PWD" /opt/lecture05/current

systemctl daemon-reload
systemctl -q enable --now puma.service
SH
took puma work
prove puma
took puma proof

# --- puma-socket: Puma on a Unix domain socket only -------------------------------------------------------------------
put socket.env /etc/lecture05/env.d/20-socket.env 600
docker exec "$host" systemctl restart puma.service
took puma-socket work
prove puma-socket
took puma-socket proof

# --- nginx: Nginx alone -----------------------------------------------------------------------------------------------
on_host <<'SH'
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
apt-get -q -y install --no-install-recommends nginx logrotate
systemctl -q enable --now nginx.service
SH
took nginx work
prove nginx
took nginx proof

# --- nginx-puma: Nginx before Puma's socket, static files by Nginx ----------------------------------------------------
docker exec "$host" mkdir -p /etc/systemd/system/nginx.service.d
put nginx-comes-back.conf /etc/systemd/system/nginx.service.d/lecture05.conf 644
put nginx-site /etc/nginx/sites-available/lecture05 644
put nginx.env /etc/lecture05/env.d/30-nginx.env 600
on_host <<'SH'
usermod -aG app www-data
ln -s /etc/nginx/sites-available/lecture05 /etc/nginx/sites-enabled/lecture05
rm /etc/nginx/sites-enabled/default
nginx -t
systemctl daemon-reload
systemctl restart nginx.service puma.service
SH
took nginx-puma work
prove nginx-puma
took nginx-puma proof
