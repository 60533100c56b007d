import {
  appUser,
  environmentDirectory,
  nginxErrorLog,
  sharedDirectory,
  socketDirectory,
  socketPath,
} from "../paths.ts";

/** The host itself, Nginx and the socket: units, configuration, ports, permissions, logs. */
export const systemFacts = `
show() {
  systemctl show "$1" -p LoadState,ActiveState,SubState,Result,NRestarts,MainPID,ExecMainCode,ExecMainStatus,Type \\
    -p ExecStart,UnitFileState,FragmentPath,DropInPaths,User,WorkingDirectory,ProtectSystem,ReadWritePaths
}

# All files of Nginx's configuration as it reads them, without comments and the long list of types.
nginx_files() {
  { nginx -T 2>/dev/null || for file in /etc/nginx/nginx.conf /etc/nginx/conf.d/*.conf /etc/nginx/sites-enabled/*; do
    [ ! -e "$file" ] || { echo "# configuration file $file:"; cat "$file"; }
  done; } |
    awk '/^# configuration file / { types = /mime.types/; if (!types) print; next } !types && !/^[ \\t]*(#|$)/'
}

worker_groups() {
  pid=$(pgrep -u www-data -x nginx | head -n 1)
  [ -z "$pid" ] || sed -n 's/^Groups:[[:space:]]*//p' "/proc/$pid/status"
}

as_nginx() { runuser -u www-data -- "$@"; }
can_write() { if as_nginx test -w "$1"; then echo "writable $1"; else echo "not-writable $1"; fi; }

system_facts() {
  fact memory grep -E '^Mem(Total|Available):' /proc/meminfo
  set --
  for path in / /var/log /tmp ${sharedDirectory} ${sharedDirectory}/database ${sharedDirectory}/tmp ${socketDirectory}; do
    [ ! -d $path ] || set -- "$@" $path
  done
  fact disk df -Pk "$@"
  fact inodes df -Pi "$@"
  fact oom journalctl -q --no-pager -o short-iso --since=-30min -n 4 \\
    -g 'killed by the OOM killer|Out of memory: Killed process|oom-kill:'
  fact ports ss -ltnpH --cgroup

  # Before \`nginx -t\`, which gives these directories to its user.
  fact nginx.temp can_write /var/lib/nginx/body
  fact nginx.temp stat -c '%a %U:%G %n' /var/lib/nginx /var/lib/nginx/body

  fact nginx.unit show nginx.service
  fact nginx.test nginx -t
  fact nginx.files nginx_files
  fact nginx.enabled ls /etc/nginx/sites-enabled
  fact nginx.journal journalctl -q -u nginx.service -n 8 --no-pager -o cat
  fact nginx.errors tail -n 12 ${nginxErrorLog}
  fact nginx.member id -nG www-data
  fact nginx.groups worker_groups
  fact group getent group ${appUser}

  fact socket.stat stat -c '%F %a %U:%G' ${socketPath}
  fact socket.directory stat -c '%a %U:%G' ${socketDirectory}
  fact socket.namei namei -l ${socketPath}
  fact socket.listen ss -lxH src ${socketPath}
  fact socket.nginx as_nginx curl -sS -o /dev/null --max-time 3 -w '%{http_code}' --unix-socket ${socketPath} http://localhost/up
  fact socket.root curl -sS -o /dev/null --max-time 3 -w '%{http_code}' --unix-socket ${socketPath} http://localhost/up

  fact puma.unit show puma.service
  fact puma.journal journalctl -q -u puma.service -n 60 --no-pager -o cat
  pid=$(systemctl show -p MainPID --value puma.service)
  [ "$pid" = 0 ] || {
    fact puma.process ps -o state=,etimes=,rss=,args= -p "$pid"
    # Only its own user may look at a process, also for root in a container.
    fact puma.running running_environment "$pid"
  }
  fact timer systemctl show lecture05-ship-logs.timer lecture05-ship-logs.service -p Id -p ActiveState -p Result
}

# What matters of an environment, read from standard input; of secrets only how long they are, and a hash.
public_part() {
  grep -E '^(RAILS_ENV|APP_HOSTS|APP_RELEASE|PUMA_BIND|DATABASE_PATH|ACTIVE_STORAGE_SERVICE|S3_BUCKET|AWS_REGION|FORCE_SSL|SERVE_STATIC)='
}
running_environment() {
  runuser -u ${appUser} -- cat "/proc/$1/environ" | tr '\\0' '\\n' | public_part
}
file_environment() {
  cat ${environmentDirectory}/*.env | sed 's/^\\([A-Z0-9_]*\\)="\\(.*\\)"$/\\1=\\2/' >"$work/environment"
  public_part <"$work/environment"
  secret=$(sed -n 's/^SECRET_KEY_BASE=//p' "$work/environment" | tail -n 1)
  echo "secret-length=\${#secret}"
  echo "secret-hash=$(printf %s "$secret" | sha256sum | cut -c 1-12)"
}`;
