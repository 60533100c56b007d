import { closeToEveryone, openToEveryone, targetHealth } from "../../support/stack-aws.ts";
import { onHost, until } from "../../support/stack.ts";
import { elsewhere, pumaBack, socketElsewhere, socketMiddleman, standingBetween } from "./between.ts";
import {
  assetsHidden,
  awaitSocket,
  editedSite,
  pumaStopped,
  recordsRefused,
  restartNginx,
  rogueServer,
  site,
  socket,
  tableMissing,
  type Breakage,
} from "./breakage.ts";

/** On a stack that stands whole: the socket, Nginx before Puma, the load balancer. */
export const wholeBreakages: readonly Breakage[] = [
  {
    ...pumaStopped(awaitSocket),
    proves: { "puma-socket": ["socket-up"], "nginx-puma": ["page-through-nginx"] },
  },
  { ...tableMissing, proves: { "puma-socket": ["socket-page"] } },
  {
    ...recordsRefused,
    proves: { "puma-socket": ["socket-form"], "nginx-puma": ["form-through-nginx"] },
  },
  {
    what: "something listens on TCP 3000",
    proves: { "puma-socket": ["tcp-refuses"] },
    breakIt: rogueServer(3000),
    repair: "systemctl stop rogue",
  },
  {
    what: "the mode of the socket's directory is 0755",
    proves: { "puma-socket": ["socket-directory", "stranger-refused"] },
    breakIt: "chmod 0755 /run/lecture05",
    repair: "chmod 0750 /run/lecture05",
  },
  {
    what: "the socket was removed",
    proves: { "puma-socket": ["socket-file"] },
    breakIt: `rm ${socket}`,
    repair: `systemctl restart puma && ${awaitSocket}`,
  },
  {
    what: "Puma listens elsewhere, and somebody passes on to it",
    proves: { "puma-socket": ["answered-by-puma"] },
    breakIt: `${socketElsewhere} && ${socketMiddleman(elsewhere)}`,
    repair: pumaBack(awaitSocket),
  },
  {
    what: "Nginx has Puma's socket",
    proves: { "puma-socket": ["nginx-not-in-path"] },
    breakIt: `
      ${socketElsewhere}
      echo 'server { listen unix:${socket}; access_log /var/log/nginx/access.log lecture05; location / {
        proxy_set_header Host $http_host; proxy_pass http://unix:${elsewhere}; } }' >/etc/nginx/sites-enabled/test
      ${restartNginx} && ${awaitSocket}`,
    repair: `rm /etc/nginx/sites-enabled/test; systemctl stop nginx; ${pumaBack(awaitSocket)} && systemctl start nginx`,
  },
  {
    ...standingBetween,
    proves: { "puma-socket": ["puma-listens"], "nginx-puma": ["asked-by-nginx"], alb: ["asked-by-nginx"] },
  },
  { ...assetsHidden, proves: { "nginx-puma": ["asset-through-nginx"] } },
  {
    what: "bodies over 1 MB are refused",
    proves: { "nginx-puma": ["upload-through-nginx"] },
    ...editedSite("s/client_max_body_size .*/client_max_body_size 1m;/"),
  },
  {
    what: "the default site is back",
    proves: { "nginx-puma": ["default-site"] },
    breakIt: "touch /etc/nginx/sites-enabled/default",
    repair: "rm /etc/nginx/sites-enabled/default",
  },
  {
    what: "another application is behind Nginx",
    proves: { "nginx-puma": ["answered-by-puma"] },
    breakIt: `${rogueServer(3999)}; cp -a ${site} /root/site && sed -i 's|server unix:.*|server 127.0.0.1:3999;|' ${site} && ${restartNginx}`,
    repair: `systemctl stop rogue; mv /root/site ${site} && ${restartNginx}`,
  },
  {
    what: "Nginx leaves the files to Puma",
    proves: { "nginx-puma": ["static-by-nginx"] },
    ...editedSite("s|try_files $uri =404;|proxy_set_header Host $http_host; proxy_pass http://lecture05;|"),
  },
  {
    what: "Nginx answers with a page of its own",
    proves: { "nginx-puma": ["passed-on-by-nginx"], alb: ["answered-by-puma"] },
    ...editedSite('/^ *listen 80 default_server/i location = / { return 200 "ok"; }'),
  },
  {
    what: "Nginx logs nothing",
    proves: { alb: ["private-address", "through-the-socket"], s3: ["upload-path"] },
    ...editedSite("s|access_log .*|access_log off;|"),
  },
  {
    what: "Nginx throws the visitor's address away",
    proves: { alb: ["forwarded-for"] },
    ...editedSite("s|X-Forwarded-For .*|X-Forwarded-For $remote_addr;|"),
  },
  {
    what: "Nginx's log has no trace id",
    proves: { alb: ["trace-id"] },
    ...editedSite("s|$http_x_amzn_trace_id|-|"),
  },
  {
    what: "Nginx is stopped, and the load balancer knows",
    proves: { alb: ["target-healthy", "page-through-load-balancer"] },
    async breakIt(stack) {
      await onHost(stack, "systemctl stop nginx");
      await until("the target to be unhealthy", async () => (await targetHealth(stack)) === "unhealthy");
    },
    repair: "systemctl start nginx",
  },
  {
    what: "port 80 is open to everyone",
    proves: { ec2: ["inbound-rules", "closed-to-outside"], alb: ["host-closed"] },
    breakIt: openToEveryone,
    repair: closeToEveryone,
  },
];
