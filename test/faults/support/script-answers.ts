import { factsOf } from "../../support/write-backup.ts";
import { nginxLine, pumaLine, pumaPid, nginxPid, socket, type SeenRequest } from "./log-lines.ts";

/** What a host learns from the cloud around it. */
export interface HostFacts {
  readonly instanceId: string;
  /** The load balancer's private address, as Nginx's log shows it. */
  readonly loadBalancerIp: string;
  /** Whether EC2 lets the instance ask its metadata service. */
  readonly metadataIsOn: boolean;
  /** Where its database is; undefined where there is none. */
  readonly databaseAddress?: string | undefined;
  /** How many records of a name the application has. */
  readonly recordsNamed?: (name: string) => number;
  /** Whether its role lets it write backups. */
  readonly mayBackUp?: () => boolean;
  /** A request that came through the load balancer, by its id. */
  readonly requestOf: (requestId: string) => SeenRequest | undefined;
}

/** What is in its database, as far as backups go. */
export const backedUpRows = { fruits: [{ id: 1, name: "apple" }] };

type Probes = Readonly<Record<string, string>>;

interface Probe {
  /** The script without which it would not go well; "" for none. */
  readonly after: string;
  /** `ids` are those of the requests that it looks for in the logs, by the names that it gives them. */
  readonly results: (ids: Probes, facts: HostFacts) => Probes;
}

const processes: Probes = { puma_processes: pumaPid, nginx_processes: `1 ${nginxPid}` };
const site: Probes = { up: "200", page: "200", stylesheet: "200 text/css", form: "303 200 303" };
const page = (via: string, peer: string, id = ""): string => pumaLine({ id, status: 200, via, peer });

/** What each probe prints on a host on which everything went well. */
const probes: Readonly<Record<string, Probe>> = {
  "probe-metadata": {
    after: "",
    results: (_ids, { instanceId, metadataIsOn }) => ({
      user: "root",
      system: "debian 13",
      ...(metadataIsOn ? { imdsv1: "401", imdsv2: instanceId } : { imdsv1: "403", imdsv2: "" }),
    }),
  },
  "probe-puma": {
    after: "start-puma",
    results: (ids) => ({
      ...site,
      ...processes,
      restarts: "0",
      listener: pumaPid,
      page_puma: page("tcp:127.0.0.1:3000", "127.0.0.1:40404", ids.page),
    }),
  },
  "probe-without-puma-tcp": { after: "start-puma", results: () => ({ stopped: "refused", started: "200" }) },
  "probe-socket": {
    after: "move-puma-to-socket",
    results: (ids) => ({
      ...site,
      ...processes,
      listener: pumaPid,
      tcp: "refused",
      directory: "750 app:app",
      socket: "socket",
      stranger: "7",
      page_puma: page(socket, "4040", ids.page),
    }),
  },
  "probe-nginx-alone": {
    after: "install-nginx",
    results: () => ({
      page: "200",
      welcome: "Welcome to nginx",
      server: "nginx",
      application: "404",
      page_nginx: nginxLine({ remote: "127.0.0.1", status: 200 }),
    }),
  },
  "probe-nginx-puma": {
    after: "put-nginx-before-puma",
    results: ({ page: id = "", file = "" }) => ({
      ...site,
      ...processes,
      upload: "303 200 303",
      default_site: "absent",
      page_nginx: nginxLine({ remote: "127.0.0.1", status: 200, id, upstream: socket }),
      page_puma: page(socket, nginxPid, id),
      file_nginx: nginxLine({ remote: "127.0.0.1", status: 200, id: file, upstream: "-" }),
    }),
  },
  "probe-without-puma-nginx": {
    after: "put-nginx-before-puma",
    results: () => ({ stopped: "502", stylesheet: "200", started: "200" }),
  },
  "probe-without-nginx": {
    after: "put-nginx-before-puma",
    results: () => ({ stopped: "refused", puma: "200", started: "200" }),
  },
  "probe-request": {
    after: "allow-host",
    results({ request: id = "" }, { loadBalancerIp, requestOf }) {
      const seen = requestOf(id);
      if (!seen) return processes;
      const { status, traceRoot } = seen;
      const marks = { visitor: "127.0.0.1", ...(traceRoot ? { traceRoot } : {}) };
      return {
        ...processes,
        request_nginx: nginxLine({ remote: loadBalancerIp, status, id, upstream: socket, ...marks }),
        request_puma: pumaLine({ id, status, via: socket, peer: nginxPid }),
      };
    },
  },
  "probe-database": {
    after: "move-database",
    results: (_ids, { databaseAddress = "" }) => ({
      address: databaseAddress,
      cipher: "encrypted",
      source: "fruits 3 0123456789abcdef",
      target: "fruits 3 0123456789abcdef",
    }),
  },
  "probe-record": {
    after: "move-database",
    results: ({ name = "" }, { recordsNamed }) => ({ count: String(recordsNamed?.(name) ?? 0) }),
  },
  "probe-backup": { after: "install-backup", results: () => ({ timer: "active" }) },
  "probe-backup-right": {
    after: "install-backup",
    results: (_ids, { mayBackUp }) => ({ write: mayBackUp?.() === false ? "AccessDenied" : "allowed" }),
  },
  "probe-rows": { after: "configure-s3", results: () => ({ tables: JSON.stringify(factsOf(backedUpRows)) }) },
  "probe-identity": {
    after: "prepare-image",
    results: (_ids, { instanceId }) => ({
      instance: instanceId,
      told: instanceId,
      noted: instanceId,
      machine: instanceId,
      ssh: "none",
      release: "0123456789ab",
      secret: "0123456789abcdef",
      secret_at: "memory",
      uploads: "0",
      own_end: "none",
    }),
  },
  "read-host-facts": { after: "", results: () => ({ listening: "" }) },
};

/** Packages that a script brings: asked for, and pulled in by them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "prepare-host": ["apt\tcurl\t8.14.1-2\tyes", "apt\tlibcurl4t64\t8.14.1-2\tno"],
  "install-ruby": ["apt\truby\t1:3.3+b1\tyes", "apt\tlibruby3.3\t3.3.8-2\tno"],
  "install-gems": ["gem\trails\t7.2.2\tyes", "gem\track\t3.1.16\tno"],
  "install-nginx": ["apt\tnginx\t1.26.3-3\tyes", "apt\tnginx-common\t1.26.3-3\tno"],
};

/** Scripts that only look have names of these forms. */
const looks = /^(?:probe|read|list|diagnose)-/;

/** A script's standard output, from what was carried out on the host before. */
export function answerOf(name: string, text: string, done: readonly string[], facts: HostFacts): string {
  if (name === "list-modules") {
    // Installing twice leaves a package there once.
    const installed = new Set(["apt\tlibc6\t2.41-12\tno", ...done.flatMap((script) => packages[script] ?? [])]);
    return `${[...installed].join("\n")}\n`;
  }
  if (!looks.test(name)) return `done: ${name}\n`;
  const probe = probes[name];
  // A new probe needs an answer here: better a clear word now than a check that fails far away.
  if (!probe) throw new Error(`the double has no answer for ${name}:\n${text}`);
  if (probe.after !== "" && !done.includes(probe.after)) return "probe state not-there\n";
  const ids = Object.fromEntries([...text.matchAll(/^trace ([a-z]+) (\S+)/gm)].map(([, key, id]) => [key, id]));
  const record = /^probe count ask count '?(.*?)'?$/m.exec(text)?.[1];
  return Object.entries(probe.results({ ...ids, ...(record ? { name: record } : {}) } as Probes, facts))
    .map(([key, value]) => `probe ${key} ${value}\n`)
    .join("");
}
