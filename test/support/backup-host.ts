import { gunzipSync } from "node:zlib";
import { CopyObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import type { CommandResult, RemoteScript, Shell } from "../../src/ports/shell.ts";
import { backupPolicyName, restorePolicyName } from "../../src/steps/backup/policies.ts";
import type { Stage } from "./stage.ts";
import { factsOf, writeBackup, type Rows } from "./write-backup.ts";

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

export function createBackupHost({ stage, pictures, bucket, roleName, now, instanceId }: Place): BackupHost {
  const { identity } = stage.ports;
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
        if (!policy.includes("s3:PutObject")) return new Error("AccessDenied");
        const { rows, instanceId: own, beforeManifest } = host;
        const s3 = await stage.clients.s3();
        return writeBackup({ s3, pictures, bucket, host: own, rows, now: now(), beforeManifest });
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
