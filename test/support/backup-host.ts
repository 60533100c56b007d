import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Ports } from "../../src/ports/index.ts";
import type { CommandResult, RemoteScript, Shell } from "../../src/ports/shell.ts";
import { backupPolicyName, restorePolicyName } from "../../src/steps/backup/policies.ts";
import type { Stage } from "./stage.ts";

type Rows = Record<string, object[]>;

/** A host whose database is `rows`, and which does with it what the program that hosts run does. */
export interface BackupHost {
  rows: Rows;
  /** Who it says to be in a manifest. */
  instanceId: string;
  timer: string;
  readonly ran: string[];
  readonly shell: Shell;
  /** Called between the copies of the pictures and the manifest: what a host that is killed there leaves. */
  beforeManifest: () => void;
}

interface Place {
  readonly stage: Stage;
  readonly pictures: string;
  readonly bucket: string;
  readonly roleName: string;
  readonly now: () => Date;
  readonly instanceId: string;
}

const lineOf = (row: object): string => `${JSON.stringify(row)}\n`;

const factsOf = (rows: Rows) =>
  Object.entries(rows)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, all]) => ({
      name,
      rows: all.length,
      digest: createHash("sha256").update(all.map(lineOf).join("")).digest("hex").slice(0, 16),
    }));

export function createBackupHost({ stage, pictures, bucket, roleName, now, instanceId }: Place): BackupHost {
  const { identity, objectStorage } = stage.ports satisfies Ports;
  const put = async (Key: string, Body: string | Buffer): Promise<void> =>
    void (await (await stage.clients.s3()).send(new PutObjectCommand({ Bucket: bucket, Key, Body })));
  const packed = async (key: string, text: string) => {
    const bytes = gzipSync(text);
    await put(key, bytes);
    return { key, sha256: createHash("sha256").update(bytes).digest("hex"), sizeBytes: bytes.length };
  };

  async function take(): Promise<string> {
    const s3 = await stage.clients.s3();
    const takenAt = now().toISOString().replace(/\.\d+/, "");
    const id = takenAt.replaceAll(":", "-");
    const lines: object[] = [];
    const present = new Set<string>();
    for (const { key, sizeBytes, etag } of await objectStorage.listObjects(pictures, "")) {
      if (key.startsWith("logs/")) continue;
      present.add(key);
      const source = { Bucket: bucket, Key: `objects/${key}`, CopySource: `${pictures}/${key}` };
      const { VersionId, CopyObjectResult } = await s3.send(new CopyObjectCommand(source));
      const copyEtag = CopyObjectResult?.ETag?.replaceAll('"', "");
      lines.push({ key, size: sizeBytes, etag, version: VersionId, copyEtag });
    }
    for (const { key } of await objectStorage.listObjects(bucket, "objects/")) {
      if (!present.has(key.slice("objects/".length)))
        await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }
    const dump = Object.keys(host.rows)
      .toSorted()
      .map((name) => `${JSON.stringify(["table", name])}\n${(host.rows[name] ?? []).map(lineOf).join("")}`);
    const manifest = {
      schemaVersion: 1,
      id,
      takenAt,
      host: host.instanceId,
      database: "SQLite",
      migrations: ["1"],
      tables: factsOf(host.rows),
      dump: await packed(`rows/${id}.ndjson.gz`, dump.join("")),
      inventory: await packed(`inventory/${id}.ndjson.gz`, lines.map(lineOf).join("")),
      objects: { bucket: pictures, count: lines.length, sizeBytes: 0, missing: 0 },
    };
    host.beforeManifest();
    await put(`manifests/${id}.json`, JSON.stringify(manifest));
    return JSON.stringify(manifest);
  }

  async function restore(text: string): Promise<string> {
    if (!(await identity.findInlinePolicy(roleName, restorePolicyName))) return "AccessDenied";
    const s3 = await stage.clients.s3();
    const [, from = ""] = /^BACKUP_BUCKET=(\S+)$/m.exec(text) ?? [];
    const [, id = ""] = / restore (2\S+)/.exec(text) ?? [];
    const read = async (Key: string): Promise<Buffer> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: from, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    };
    const inventory = gunzipSync(await read(`inventory/${id}.ndjson.gz`)).toString();
    for (const line of inventory.split("\n").filter(Boolean)) {
      const { key, version } = JSON.parse(line) as { key: string; version: string };
      const CopySource = `${from}/objects/${key}?versionId=${version}`;
      await s3.send(new CopyObjectCommand({ Bucket: pictures, Key: key, CopySource }));
    }
    const rows: Rows = {};
    let table: object[] = [];
    for (const line of gunzipSync(await read(`rows/${id}.ndjson.gz`))
      .toString()
      .split("\n")
      .filter(Boolean)) {
      if (line.startsWith("[")) table = rows[(JSON.parse(line) as string[])[1] ?? ""] = [];
      else table.push(JSON.parse(line) as object);
    }
    host.rows = rows;
    return "";
  }

  const answer = async ({ name, text }: RemoteScript): Promise<string | Error> => {
    switch (name) {
      case "take-backup": {
        const policy = JSON.stringify(await identity.findInlinePolicy(roleName, backupPolicyName));
        return policy.includes("s3:PutObject") ? take() : new Error("AccessDenied");
      }
      case "probe-backup":
        return `probe timer ${host.timer}\n`;
      case "probe-backup-right": {
        const policy = JSON.stringify(await identity.findInlinePolicy(roleName, backupPolicyName));
        return `probe write ${policy.includes("s3:PutObject") ? "allowed" : "AccessDenied"}\n`;
      }
      case "probe-rows":
        return `probe tables ${JSON.stringify(factsOf(host.rows))}\n`;
      case "restore-backup": {
        const failure = await restore(text);
        return failure === "" ? "" : new Error(failure);
      }
      default:
        return "";
    }
  };

  const host: BackupHost = {
    rows: {},
    instanceId,
    timer: "active",
    ran: [],
    beforeManifest: () => {},
    shell: {
      ...stage.ports.shell,
      online: async (ids) => [...ids],
      async run(instanceId, script): Promise<CommandResult> {
        host.ran.push(script.name);
        const said = await answer(script);
        const failed = said instanceof Error;
        return {
          instanceId,
          commandId: "c",
          durationMs: 1,
          exitCode: failed ? 1 : 0,
          stdout: failed ? "" : said,
          stderr: failed ? said.message : "",
        };
      },
    },
  };
  return host;
}
