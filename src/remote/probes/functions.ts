import { environmentFiles, pumaPort, socketPath } from "../paths.ts";

/** How a probe on the host reaches the application: Puma on TCP, Puma on its socket, or Nginx on port 80. */
export type Way = "tcp" | "socket" | "nginx";

/** curl's options for a way: the name in the address stays, only the connection goes elsewhere. */
export const ways: Readonly<Record<Way, string>> = {
  tcp: `--connect-to ::127.0.0.1:${pumaPort}`,
  socket: `--unix-socket ${socketPath}`,
  nginx: "--connect-to ::127.0.0.1:80",
};

export const probeFunctions = `
# probe NAME COMMAND...: prints one result.
probe() {
  name=$1
  shift
  result=$("$@" 2>/dev/null) || true
  printf 'probe %s %s\\n' "$name" "$result"
}

# http_status CURL-ARGUMENTS...: the status, or why there is none.
http_status() {
  code=0
  status=$(curl -s --noproxy '*' --max-time 20 -o /dev/null -w '%{http_code}' "$@") || code=$?
  case $code in
    0) echo "$status" ;;
    7) echo refused ;;
    28) echo timeout ;;
    *) echo "curl error $code" ;;
  esac
}`;

/**
 * With a certificate Rails sends to https whoever has not come by it, and its cookies are for https only. So the probes
 * say what the load balancer would say, and keep the cookies by hand.
 */
export const forwardedFunction = `
by_https() { grep -qs '^FORCE_SSL=1' ${environmentFiles.loadBalancer}; }
if by_https; then
  curl() { command curl -H 'X-Forwarded-Proto: https' "$@"; }
fi`;

export const siteFunction = `${forwardedFunction}

# Once there is a load balancer, Rails answers to its name only.
site=http://$(sed -n 's/^APP_HOSTS="\\{0,1\\}\\([^",]*\\).*/\\1/p' ${environmentFiles.loadBalancer} 2>/dev/null |
  grep . || echo localhost)`;

export const stylesheetFunction = `
# stylesheet CURL-ARGUMENTS...: status and type of the style sheet that the first page names; $file_id goes along with it.
stylesheet() {
  path=$(curl -s --noproxy '*' --max-time 20 "$@" "$site/" |
    sed -n 's/.*<link[^>]* href="\\([^"]*\\.css\\)".*/\\1/p' | head -n 1)
  if [ -z "$path" ]; then
    echo "no style sheet on the page"
    return
  fi
  curl -s --noproxy '*' --max-time 20 -o /dev/null -w '%{http_code} %{content_type}' \\
    \${file_id:+-H "X-Request-Id: $file_id"} "$@" "$site$path" | sed 's/;.*//'
}`;
