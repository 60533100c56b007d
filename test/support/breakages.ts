import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { StepName } from "../../src/steps/names.ts";
import type { InstalledPackage } from "./installed-package.ts";

const run = promisify(execFile);

export interface BreakageContext {
  readonly tool: InstalledPackage;
  readonly instanceId: string;
  readonly hostGroupId: string;
  readonly bucket: string;
  readonly targetGroupArn: string;
}

/** One way to break one thing for real, the check that must notice, and the way back. */
export interface Breakage {
  readonly step: StepName;
  readonly check: string;
  readonly what: string;
  readonly breakIt: (context: BreakageContext) => Promise<unknown>;
  readonly repair: (context: BreakageContext) => Promise<unknown>;
}

/** Debian's AWS CLI against the sandbox, with the exports of `sandbox env`. */
export async function aws(tool: InstalledPackage, ...args: string[]): Promise<string> {
  const variables = JSON.parse(await tool.ok("sandbox", "env", "--json")) as Record<string, string>;
  // Debian 12's awscli does not know AWS_ENDPOINT_URL.
  const endpoint = ["--endpoint-url", variables.AWS_ENDPOINT_URL ?? "", "--output", "json"];
  const { stdout } = await run("aws", [...endpoint, ...args], { env: { ...process.env, ...variables } });
  return stdout;
}

export async function containerOf(instanceId: string): Promise<string> {
  const { stdout } = await run("docker", ["ps", "-q", "--filter", `label=lecture05.id=${instanceId}`]);
  return stdout.trim();
}

/** A command in the host's container, for when SSM is what was broken. */
async function inContainer(instanceId: string, ...argv: string[]): Promise<void> {
  await run("docker", ["exec", await containerOf(instanceId), ...argv]);
}

export async function copyToHost(instanceId: string, from: string, to: string): Promise<void> {
  await run("docker", ["cp", from, `${await containerOf(instanceId)}:${to}`]);
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  throw new Error(`waited in vain: ${what}`);
}

export const onHost =
  (script: string) =>
  ({ tool }: BreakageContext): Promise<string> =>
    tool.onHost(script);

const openToAll = ["--protocol", "tcp", "--port", "80", "--cidr", "0.0.0.0/0"];
export const awaitSocket =
  "curl -s -o /dev/null --retry 50 --retry-all-errors --retry-delay 0 --unix-socket /run/lecture05/puma.sock http://127.0.0.1/up";
export const awaitTcp = "curl -s -o /dev/null --retry 50 --retry-all-errors --retry-delay 0 http://127.0.0.1:3000/up";
const sql = (statement: string): string =>
  `cd /opt/lecture05/current && bundle exec ruby -rsqlite3 -e 'SQLite3::Database.new("/var/lib/lecture05/database/production.sqlite3").execute(ARGV[0])' "${statement}"`;
const refuseRecords = onHost(sql("CREATE TRIGGER refuse BEFORE INSERT ON fruits BEGIN SELECT RAISE(ABORT, 'no'); END"));
const acceptRecords = onHost(sql("DROP TRIGGER refuse"));
export const rogueServer = (port: number): string =>
  `systemd-run -q --unit=rogue ruby -rsocket -e 's = TCPServer.new("127.0.0.1", ${port}); loop { c = s.accept; c.readpartial(4096); c.write("HTTP/1.1 200 OK\\r\\nServer: rogue\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n"); c.close }' && sleep 1`;

const rolePolicy = (actions: readonly string[], bucket: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: actions, Resource: `arn:aws:s3:::${bucket}/*` },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` },
    ],
  });
const putRolePolicy = ({ tool }: BreakageContext, document: string): Promise<string> =>
  aws(
    tool,
    "iam",
    "put-role-policy",
    "--role-name",
    `${tool.stack}-host`,
    "--policy-name",
    "lecture05-bucket",
    "--policy-document",
    document,
  );
/** The step itself puts the policy right. */
const repairPolicy = ({ tool }: BreakageContext): Promise<string> => tool.ok("step", "s3");

const state = async ({ tool, instanceId }: BreakageContext): Promise<string> =>
  (
    JSON.parse(await aws(tool, "ec2", "describe-instances", "--instance-ids", instanceId)) as {
      Reservations: { Instances: { State: { Name: string } }[] }[];
    }
  ).Reservations[0]?.Instances[0]?.State.Name ?? "";
const health = async ({ tool, targetGroupArn }: BreakageContext): Promise<string> =>
  (
    JSON.parse(await aws(tool, "elbv2", "describe-target-health", "--target-group-arn", targetGroupArn)) as {
      TargetHealthDescriptions: { TargetHealth: { State: string } }[];
    }
  ).TargetHealthDescriptions[0]?.TargetHealth.State ?? "";
const metadataOptions = ({ tool, instanceId }: BreakageContext, ...options: string[]): Promise<string> =>
  aws(tool, "ec2", "modify-instance-metadata-options", "--instance-id", instanceId, ...options);
const open = ({ tool, hostGroupId }: BreakageContext): Promise<string> =>
  aws(tool, "ec2", "authorize-security-group-ingress", "--group-id", hostGroupId, ...openToAll);
const close = ({ tool, hostGroupId }: BreakageContext): Promise<string> =>
  aws(tool, "ec2", "revoke-security-group-ingress", "--group-id", hostGroupId, ...openToAll);
const stopNginx = async (context: BreakageContext): Promise<void> => {
  await context.tool.onHost("systemctl stop nginx");
  await until("the target to be unhealthy", async () => (await health(context)) === "unhealthy");
};
const startNginx = async (context: BreakageContext): Promise<void> => {
  await context.tool.onHost("systemctl start nginx");
  await until("the target to be healthy", async () => (await health(context)) === "healthy");
};
export const logOff = onHost(
  "sed -i 's|access_log .*|access_log off;|' /etc/nginx/sites-available/lecture05 && systemctl restart nginx",
);
export const logOn = onHost(
  "sed -i 's|access_log off;|access_log /var/log/nginx/access.log lecture05;|' /etc/nginx/sites-available/lecture05 && systemctl restart nginx",
);
const stopPuma = onHost("systemctl stop puma");
const hideAssets = onHost("chmod 000 /opt/lecture05/current/public/assets");
const showAssets = onHost("chmod 755 /opt/lecture05/current/public/assets");
const pictures = (service: string): string =>
  `sed -i 's/^ACTIVE_STORAGE_SERVICE=.*/ACTIVE_STORAGE_SERVICE=${service}/' /etc/lecture05/env.d/50-s3.env && systemctl restart puma`;

/** A location that swallows the application's own addresses, as people copy it from elsewhere. */
const hidePath = (part: string) =>
  onHost(
    `sed -i '/^ *listen 80 default_server/i location ^~ /rails/active_storage/${part}/ { return 404; }' /etc/nginx/sites-available/lecture05 && systemctl restart nginx`,
  );
const showPath = (part: string) =>
  onHost(`sed -i '/active_storage.${part}/d' /etc/nginx/sites-available/lecture05 && systemctl restart nginx`);

export const ec2Breakages: readonly Breakage[] = [
  {
    step: "ec2",
    check: "instance-running",
    what: "the instance is stopped",
    async breakIt(context) {
      await aws(context.tool, "ec2", "stop-instances", "--instance-ids", context.instanceId);
      await until("the instance to stop", async () => (await state(context)) === "stopped");
    },
    repair: ({ tool }) => tool.ok("step", "ec2"),
  },
  {
    step: "ec2",
    check: "ssm-answers",
    what: "the SSM agent is stopped",
    async breakIt({ instanceId }) {
      await inContainer(instanceId, "systemctl", "stop", "amazon-ssm-agent");
      await new Promise((resolve) => setTimeout(resolve, 1500));
    },
    async repair({ instanceId }) {
      await inContainer(instanceId, "systemctl", "start", "amazon-ssm-agent");
      await new Promise((resolve) => setTimeout(resolve, 1500));
    },
  },
  {
    step: "ec2",
    check: "imdsv2-required",
    what: "IMDSv1 is allowed",
    breakIt: (context) => metadataOptions(context, "--http-tokens", "optional"),
    repair: (context) => metadataOptions(context, "--http-tokens", "required"),
  },
  {
    step: "ec2",
    check: "imdsv1-refused",
    what: "IMDSv1 is allowed",
    breakIt: (context) => metadataOptions(context, "--http-tokens", "optional"),
    repair: (context) => metadataOptions(context, "--http-tokens", "required"),
  },
  {
    step: "ec2",
    check: "imdsv2-answers",
    what: "the metadata service is off",
    breakIt: (context) => metadataOptions(context, "--http-endpoint", "disabled"),
    repair: (context) => metadataOptions(context, "--http-endpoint", "enabled"),
  },
  { step: "ec2", check: "inbound-rules", what: "port 80 is open to everyone", breakIt: open, repair: close },
  { step: "ec2", check: "closed-to-outside", what: "port 80 is open to everyone", breakIt: open, repair: close },
];

export const pumaBreakages: readonly Breakage[] = [
  {
    step: "puma",
    check: "up",
    what: "Puma is stopped",
    breakIt: stopPuma,
    repair: onHost(`systemctl start puma && ${awaitTcp}`),
  },
  {
    step: "puma",
    check: "page",
    what: "the table is missing",
    breakIt: onHost(sql("ALTER TABLE fruits RENAME TO elsewhere")),
    repair: onHost(sql("ALTER TABLE elsewhere RENAME TO fruits")),
  },
  { step: "puma", check: "asset", what: "the assets cannot be read", breakIt: hideAssets, repair: showAssets },
  { step: "puma", check: "form", what: "the database refuses records", breakIt: refuseRecords, repair: acceptRecords },
  {
    step: "puma",
    check: "restarts",
    what: "Puma crashed",
    breakIt: onHost(`kill -9 "$(systemctl show -p MainPID --value puma)" && sleep 2 && ${awaitTcp}`),
    repair: onHost(`systemctl stop puma && systemctl reset-failed puma; systemctl start puma && ${awaitTcp}`),
  },
];

export const nginxBreakages: readonly Breakage[] = [
  {
    step: "nginx",
    check: "nginx-page",
    what: "Nginx is stopped",
    breakIt: onHost("systemctl stop nginx"),
    repair: onHost("systemctl start nginx"),
  },
  {
    step: "nginx",
    check: "nginx-welcome",
    what: "another page is there",
    breakIt: onHost(
      "cd /var/www/html && cp -a index.nginx-debian.html /root/kept && echo other > index.nginx-debian.html",
    ),
    repair: onHost("mv /root/kept /var/www/html/index.nginx-debian.html"),
  },
  {
    step: "nginx",
    check: "nginx-server",
    what: "another server has the port",
    breakIt: onHost(`systemctl stop nginx && ${rogueServer(80)}`),
    repair: onHost("systemctl stop rogue; systemctl start nginx"),
  },
  {
    step: "nginx",
    check: "application-not-in-path",
    what: "something answers /up",
    breakIt: onHost("echo up > /var/www/html/up"),
    repair: onHost("rm /var/www/html/up"),
  },
];

export const fullBreakages: readonly Breakage[] = [
  {
    step: "puma-socket",
    check: "socket-up",
    what: "Puma is stopped",
    breakIt: stopPuma,
    repair: onHost(`systemctl start puma && ${awaitSocket}`),
  },
  {
    step: "puma-socket",
    check: "socket-page",
    what: "the table is missing",
    breakIt: onHost(sql("ALTER TABLE fruits RENAME TO elsewhere")),
    repair: onHost(sql("ALTER TABLE elsewhere RENAME TO fruits")),
  },
  {
    step: "puma-socket",
    check: "socket-form",
    what: "the database refuses records",
    breakIt: refuseRecords,
    repair: acceptRecords,
  },
  {
    step: "puma-socket",
    check: "tcp-refuses",
    what: "something listens on TCP 3000",
    breakIt: onHost(rogueServer(3000)),
    repair: onHost("systemctl stop rogue"),
  },
  {
    step: "puma-socket",
    check: "socket-directory",
    what: "its mode is 0755",
    breakIt: onHost("chmod 0755 /run/lecture05"),
    repair: onHost("chmod 0750 /run/lecture05"),
  },
  {
    step: "puma-socket",
    check: "stranger-refused",
    what: "the directory's mode is 0755",
    breakIt: onHost("chmod 0755 /run/lecture05"),
    repair: onHost("chmod 0750 /run/lecture05"),
  },
  {
    step: "puma-socket",
    check: "socket-file",
    what: "the socket was removed",
    breakIt: onHost("rm /run/lecture05/puma.sock"),
    repair: onHost(`systemctl restart puma && ${awaitSocket}`),
  },

  {
    step: "nginx-puma",
    check: "page-through-nginx",
    what: "Puma is stopped",
    breakIt: stopPuma,
    repair: onHost(`systemctl start puma && ${awaitSocket}`),
  },
  {
    step: "nginx-puma",
    check: "asset-through-nginx",
    what: "Nginx cannot read the assets",
    breakIt: hideAssets,
    repair: showAssets,
  },
  {
    step: "nginx-puma",
    check: "form-through-nginx",
    what: "the database refuses records",
    breakIt: refuseRecords,
    repair: acceptRecords,
  },
  {
    step: "nginx-puma",
    check: "upload-through-nginx",
    what: "bodies over 1 MB are refused",
    breakIt: onHost(
      "sed -i 's/client_max_body_size .*/client_max_body_size 1m;/' /etc/nginx/sites-available/lecture05 && systemctl restart nginx",
    ),
    repair: onHost(
      "sed -i 's/client_max_body_size .*/client_max_body_size 10m;/' /etc/nginx/sites-available/lecture05 && systemctl restart nginx",
    ),
  },
  {
    step: "nginx-puma",
    check: "default-site",
    what: "the default site is back",
    breakIt: onHost("touch /etc/nginx/sites-enabled/default"),
    repair: onHost("rm /etc/nginx/sites-enabled/default"),
  },

  { step: "alb", check: "target-healthy", what: "Nginx is stopped", breakIt: stopNginx, repair: startNginx },
  {
    step: "alb",
    check: "page-through-load-balancer",
    what: "Nginx is stopped",
    breakIt: stopNginx,
    repair: startNginx,
  },
  { step: "alb", check: "private-address", what: "Nginx logs nothing", breakIt: logOff, repair: logOn },
  { step: "alb", check: "through-the-socket", what: "Nginx logs nothing", breakIt: logOff, repair: logOn },
  { step: "alb", check: "host-closed", what: "port 80 is open to everyone", breakIt: open, repair: close },

  {
    step: "s3",
    check: "bucket-private",
    what: "the public access block is gone",
    breakIt: ({ tool, bucket }) => aws(tool, "s3api", "delete-public-access-block", "--bucket", bucket),
    repair: ({ tool }) => tool.ok("step", "s3"),
  },
  {
    step: "s3",
    check: "bucket-versioned",
    what: "versioning is suspended",
    breakIt: ({ tool, bucket }) =>
      aws(tool, "s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Suspended"),
    repair: ({ tool }) => tool.ok("step", "s3"),
  },
  {
    step: "s3",
    check: "role-least-privilege",
    what: "the role may use every bucket",
    breakIt: (context) => putRolePolicy(context, rolePolicy(["s3:*"], "*")),
    repair: repairPolicy,
  },
  {
    step: "s3",
    check: "upload",
    what: "the role may not put",
    breakIt: (context) => putRolePolicy(context, rolePolicy(["s3:GetObject"], context.bucket)),
    repair: repairPolicy,
  },
  {
    step: "s3",
    check: "object-stored",
    what: "pictures still go to the local disk",
    breakIt: onHost(`${pictures("local")} && ${awaitSocket}`),
    repair: onHost(`${pictures("amazon")} && ${awaitSocket}`),
  },
  {
    step: "s3",
    check: "object-served",
    what: "Nginx keeps originals to itself",
    breakIt: hidePath("blobs"),
    repair: showPath("blobs"),
  },
  {
    step: "s3",
    check: "variant-served",
    what: "Nginx keeps reduced pictures to itself",
    breakIt: hidePath("representations"),
    repair: showPath("representations"),
  },
  {
    step: "s3",
    check: "object-deleted",
    what: "the role may not delete",
    breakIt: (context) => putRolePolicy(context, rolePolicy(["s3:PutObject", "s3:GetObject"], context.bucket)),
    repair: repairPolicy,
  },
  {
    step: "s3",
    check: "logs-shipped",
    what: "there are no log files",
    async breakIt({ tool, bucket }) {
      await tool.onHost("systemctl stop lecture05-ship-logs.timer");
      await aws(tool, "s3", "rm", "--recursive", `s3://${bucket}/logs/`);
    },
    repair: onHost(
      "systemctl start lecture05-ship-logs.timer && curl -s -o /dev/null http://127.0.0.1/up && systemctl start lecture05-ship-logs.service",
    ),
  },
];
