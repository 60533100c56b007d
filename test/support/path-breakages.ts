import { awaitSocket, awaitTcp, logOff, logOn, onHost, rogueServer, type Breakage } from "./breakages.ts";

// Ways to answer in the place of a server, or to stand between two of them, without the page showing it.

const site = "/etc/nginx/sites-available/lecture05";
const socket = "/run/lecture05/puma.sock";
const bindFile = "/etc/lecture05/env.d/99-test.env";

/** A program that passes every connection on. `note` is Ruby that sees the beginning of each request as `head`. */
const middleman = (listen: string, connect: string, note = ""): string => `
  systemd-run -q --collect --unit=rogue -p UMask=0000 -p KillSignal=SIGKILL ruby -rsocket -e '
    server = ${listen}
    loop do
      Thread.new(server.accept) do |client|
        upstream = ${connect}
        head = client.readpartial(65536)
        ${note}
        upstream.write(head)
        Thread.new { IO.copy_stream(client, upstream) rescue nil }
        IO.copy_stream(upstream, client) rescue nil
        client.close
      end
    end'
  for attempt in $(seq 50); do curl -s -o /dev/null $way http://127.0.0.1:3000/up && break; sleep 0.1; done`;

/** Puma elsewhere, and somebody else where it should be. */
const tcpMiddleman = (note?: string): string => `
  echo PUMA_BIND=tcp://127.0.0.1:3001 >${bindFile} && systemctl restart puma
  way= ${middleman('TCPServer.new("127.0.0.1", 3000)', 'TCPSocket.new("127.0.0.1", 3001)', note)}`;
const pumaBack = (wait: string): string => `
  systemctl stop rogue; rm -f ${bindFile}; systemctl restart puma && ${wait}`;

const elsewhere = "/run/lecture05/other.sock";
// A Puma that had to be killed leaves its socket behind.
const socketElsewhere = `echo PUMA_BIND=unix://${elsewhere} >${bindFile} && systemctl restart puma && rm -f ${socket}`;
const socketMiddleman = (path: string): string => `
  way="--unix-socket ${socket}" ${middleman(`UNIXServer.new("${socket}")`, `UNIXSocket.new("${path}")`)}`;

/** Between Nginx and Puma, at the very address where Nginx expects it and where Puma believes to listen. */
const standBetween = onHost(`mv ${socket} ${elsewhere} && ${socketMiddleman(elsewhere)}`);
const standAside = onHost(`systemctl stop rogue && mv ${elsewhere} ${socket}`);

const restartNginx = "nginx -t && systemctl restart nginx";
const edit = (expression: string) =>
  onHost(`cp -a ${site} /root/site && sed -i '${expression}' ${site} && ${restartNginx}`);
const editBack = onHost(`mv /root/site ${site} && ${restartNginx}`);
const answerItself = edit('/^ *listen 80 default_server/i location = / { return 200 "ok"; }');

export const pumaPathBreakages: readonly Breakage[] = [
  {
    step: "puma",
    check: "answered-by-puma",
    what: "somebody stands in front of Puma",
    breakIt: onHost(tcpMiddleman()),
    repair: onHost(pumaBack(awaitTcp)),
  },
  {
    step: "puma",
    check: "puma-listens",
    what: "another program has Puma's port",
    breakIt: onHost(tcpMiddleman()),
    repair: onHost(pumaBack(awaitTcp)),
  },
  {
    step: "puma",
    check: "nginx-not-in-path",
    what: "what stands in front logs as Nginx does",
    breakIt: onHost(`
      mkdir -p /var/log/nginx
      ${tcpMiddleman(`
        id = head[/^x-request-id: (.*?)\\r$/i, 1]
        File.write("/var/log/nginx/access.log", %(127.0.0.1 - - [x] "GET / HTTP/1.1" 200 1 "-" "#{id}"\\n), mode: "a")`)}`),
    repair: onHost(`${pumaBack(awaitTcp)} && rm -r /var/log/nginx`),
  },
];

export const nginxPathBreakages: readonly Breakage[] = [
  {
    step: "nginx",
    check: "answered-by-nginx",
    what: "Nginx logs nothing",
    breakIt: onHost(`sed -i 's|access_log /var.*;|access_log off;|' /etc/nginx/nginx.conf && ${restartNginx}`),
    repair: onHost(
      `sed -i 's|access_log off;|access_log /var/log/nginx/access.log;|' /etc/nginx/nginx.conf && ${restartNginx}`,
    ),
  },
  {
    step: "nginx",
    check: "puma-not-in-path",
    what: "Nginx already passes on to Puma",
    breakIt: onHost(`
      chmod 755 /run/lecture05
      sed -i '/^\\tlocation \\/ {/i location = / { proxy_pass http://unix:${socket}; }' /etc/nginx/sites-available/default
      ${restartNginx}`),
    repair: onHost(
      `chmod 750 /run/lecture05; sed -i '/proxy_pass http:..unix/d' /etc/nginx/sites-available/default && ${restartNginx}`,
    ),
  },
];

export const fullPathBreakages: readonly Breakage[] = [
  {
    step: "puma-socket",
    check: "answered-by-puma",
    what: "Puma listens elsewhere, and somebody passes on to it",
    breakIt: onHost(`${socketElsewhere} && ${socketMiddleman(elsewhere)}`),
    repair: onHost(pumaBack(awaitSocket)),
  },
  {
    step: "puma-socket",
    check: "puma-listens",
    what: "another program has Puma's socket",
    breakIt: standBetween,
    repair: standAside,
  },
  {
    step: "puma-socket",
    check: "nginx-not-in-path",
    what: "Nginx has Puma's socket",
    breakIt: onHost(`
      ${socketElsewhere}
      echo 'server { listen unix:${socket}; access_log /var/log/nginx/access.log lecture05; location / {
        proxy_set_header Host $http_host; proxy_pass http://unix:${elsewhere}; } }' >/etc/nginx/sites-enabled/test
      ${restartNginx} && ${awaitSocket}`),
    repair: onHost(
      `rm /etc/nginx/sites-enabled/test; systemctl stop nginx; ${pumaBack(awaitSocket)} && systemctl start nginx`,
    ),
  },
  {
    step: "nginx-puma",
    check: "passed-on-by-nginx",
    what: "Nginx answers with a page of its own",
    breakIt: answerItself,
    repair: editBack,
  },
  {
    step: "nginx-puma",
    check: "answered-by-puma",
    what: "another application is behind Nginx",
    breakIt: onHost(
      `${rogueServer(3999)}; cp -a ${site} /root/site && sed -i 's|server unix:.*|server 127.0.0.1:3999;|' ${site} && ${restartNginx}`,
    ),
    repair: onHost(`systemctl stop rogue; mv /root/site ${site} && ${restartNginx}`),
  },
  {
    step: "nginx-puma",
    check: "asked-by-nginx",
    what: "somebody stands between Nginx and Puma",
    breakIt: standBetween,
    repair: standAside,
  },
  {
    step: "nginx-puma",
    check: "static-by-nginx",
    what: "Nginx leaves the files to Puma",
    breakIt: edit("s|try_files $uri =404;|proxy_set_header Host $http_host; proxy_pass http://lecture05;|"),
    repair: editBack,
  },
  {
    step: "alb",
    check: "answered-by-puma",
    what: "Nginx answers with a page of its own",
    breakIt: answerItself,
    repair: editBack,
  },
  {
    step: "alb",
    check: "asked-by-nginx",
    what: "somebody stands between Nginx and Puma",
    breakIt: standBetween,
    repair: standAside,
  },
  {
    step: "alb",
    check: "forwarded-for",
    what: "Nginx throws the visitor's address away",
    breakIt: edit("s|X-Forwarded-For .*|X-Forwarded-For $remote_addr;|"),
    repair: editBack,
  },
  {
    step: "alb",
    check: "trace-id",
    what: "Nginx's log has no trace id",
    breakIt: edit("s|$http_x_amzn_trace_id|-|"),
    repair: editBack,
  },
  { step: "s3", check: "upload-path", what: "Nginx logs nothing", breakIt: logOff, repair: logOn },
];
