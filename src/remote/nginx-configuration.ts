import { currentLink, nginxAccessLog, nginxErrorLog, socketPath } from "./paths.ts";

export interface NginxOptions {
  /** Document root: the application's public directory. */
  readonly root?: string;
  readonly socket?: string;
  /**
   * Of a Puma that answers while the one on `socket` restarts. Harmless while there is none: what the first does not take
   * is a 502 as before, and what it takes too long for a 504.
   */
  readonly standInSocket?: string;
  /** Nginx's own default of 1 MB refuses ordinary photographs with 413. */
  readonly maxUploadMb?: number;
}

/** The site: files from public/ by Nginx itself, everything else to Puma's socket. */
export function nginxConfiguration(options: NginxOptions = {}): string {
  const { root = `${currentLink}/public`, socket = socketPath, maxUploadMb = 10, standInSocket } = options;
  return `upstream lecture05 {
    ${upstreamServers(socket, standInSocket)}
}

# A load balancer in front may have taken off TLS; what it says about that is handed on.
map $http_x_forwarded_proto $lecture05_proto {
    default $http_x_forwarded_proto;
    ""      $scheme;
}

# One id for a request in Nginx's log and in Rails' log.
map $http_x_request_id $lecture05_request_id {
    default                     $request_id;
    "~^[A-Za-z0-9_-]{8,64}$"    $http_x_request_id;
}

log_format lecture05 '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                     '"$http_referer" "$http_user_agent" request_id=$lecture05_request_id '
                     'upstream=$upstream_addr forwarded_for="$http_x_forwarded_for" seconds=$request_time '
                     'upstream_status=$upstream_status pid=$pid trace_id="$http_x_amzn_trace_id"';

server {
    listen 80 default_server;
    listen [::]:80 default_server;
    server_name _;

    root ${root};
    access_log ${nginxAccessLog} lecture05;
    error_log ${nginxErrorLog};

    server_tokens off;
    client_max_body_size ${maxUploadMb}m;
    # Longer than the 60 s for which a load balancer keeps idle connections, or it meets closed ones: rare 502s.
    keepalive_timeout 75s;

    # Names of assets hold a hash of their content, so they never change.
    location ^~ /assets/ {
        gzip_static on;
        expires max;
        add_header Cache-Control "public, immutable";
        try_files $uri =404;
    }

    # Without $uri/: a directory has no page of its own, "/" belongs to Rails.
    location / {
        try_files $uri @app;
    }

    location @app {
        proxy_pass http://lecture05;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $lecture05_proto;
        proxy_set_header X-Request-Id $lecture05_request_id;
        proxy_redirect off;${standInSocket === undefined ? "" : "\n        proxy_next_upstream error;"}
    }

    # While Puma is away: the application's own error page, with the status kept.
    error_page 502 503 504 /500.html;
    location = /500.html {
        internal;
    }
}
`;
}

/** Beside a second one a server that fails once would be passed by for a second, whatever fail_timeout says. */
function upstreamServers(socket: string, standInSocket: string | undefined): string {
  if (standInSocket !== undefined) {
    return `# The second is there during a deploy only, while the first restarts.
    server unix:${socket} max_fails=0;
    server unix:${standInSocket} max_fails=0 backup;`;
  }
  return `# One Puma: after a failure ask it again at once instead of giving it up for 10 s.
    server unix:${socket} fail_timeout=0;`;
}
