import { Lecture05Error } from "../../errors.ts";
import { restoreBackup } from "../../remote/backup.ts";
import { probeRows } from "../../remote/probes/backup.ts";
import { parseProbes } from "../../remote/probes.ts";
import { alb } from "../alb.ts";
import { routeTo, visiting } from "../alb/visitor.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { runScript } from "../host-scripts.ts";
import { s3 } from "../s3.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { openInventory } from "./contents.ts";
import { rowsOf, tablesSchema, tablesText, type Manifest, type TableFacts } from "./manifest.ts";
import { hostRestorePolicy, restorePolicyName } from "./policies.ts";

const firstHost = (ctx: StepContext): string => {
  const [host] = ctx.output(ec2).hosts;
  if (!host) throw new Error("there is no host to restore on");
  return host.instanceId;
};

/** What the application's database holds now, table by table. */
export async function rowsNow(ctx: StepContext): Promise<TableFacts[]> {
  ctx.progress({ en: "counting the rows that are there", ja: "現在の行を数えています" });
  const { stdout } = await runScript(ctx, firstHost(ctx), probeRows());
  const parsed = tablesSchema.safeParse(parseJson(parseProbes(stdout)["tables"]));
  if (parsed.success) return parsed.data;
  throw new Lecture05Error("REMOTE_COMMAND_FAILED", {
    what: { en: "The application's database does not answer", ja: "アプリケーションのデータベースが応答しません" },
    next: ["lecture05 diagnose"],
  });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

export interface Restoration {
  readonly bucket: string;
  readonly manifest: Manifest;
  /** Rows that are there give way. */
  readonly overwrite: boolean;
}

/**
 * Brings pictures and rows of a backup into this stack, and proves that they are what was backed up. The hosts' role may
 * read the backups for as long as that takes; somebody else's role has to have that right already.
 */
export async function restoreInto(ctx: StepContext, restoration: Restoration): Promise<Check[]> {
  const { bucket, manifest, overwrite } = restoration;
  const { roleName, givenRoleArn } = ctx.output(ec2);
  const work = async (): Promise<void> => {
    ctx.progress({
      en: `restoring ${rowsOf(manifest)} rows and ${manifest.objects.count} pictures`,
      ja: `${rowsOf(manifest)} 行と画像 ${manifest.objects.count} 個を復元しています`,
    });
    await runScript(ctx, firstHost(ctx), restoreBackup({ bucket, id: manifest.id, overwrite }));
  };
  if (givenRoleArn !== undefined) await work();
  else {
    await ctx.without([{ kind: "role-policy-lent", roleName, policyName: restorePolicyName }], async () => {
      const { identity } = ctx.ports;
      await identity.putInlinePolicy(roleName, restorePolicyName, hostRestorePolicy(bucket, ctx.region));
      await work();
    });
  }
  return proveRestored(ctx, restoration);
}

/** Both sides anew: the backup from its bucket, the stack from its database, its bucket and its page. */
async function proveRestored(ctx: StepContext, { bucket, manifest }: Restoration): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const balanced = ctx.output(alb);
  const [tables, inventory, page] = await together([
    rowsNow(ctx),
    openInventory(objectStorage, bucket, manifest),
    routeTo(ctx.ports, balanced).then((route) => visiting(ctx.ports.http, route).request(`${balanced.url}/`)),
  ]);
  const lines = typeof inventory === "string" ? [] : inventory;
  const etags = new Map<string, string | undefined>();
  for await (const { key, etag } of objectStorage.eachObject(ctx.output(s3).bucket, "")) etags.set(key, etag);
  const equal = lines.filter(({ key, copyEtag }) => etags.get(key) === copyEtag).length;
  const { count } = manifest.objects;
  return [
    check(
      "restored-rows",
      { en: "The database holds the backup's rows", ja: "データベースの行がバックアップと一致" },
      tablesText(manifest.tables),
      tablesText(tables),
    ),
    check(
      "restored-objects",
      { en: "The bucket holds its pictures, by key and ETag", ja: "バケットの画像がキーと ETag まで一致" },
      `${count} of ${count}`,
      typeof inventory === "string" ? inventory : `${equal} of ${count}`,
    ),
    check(
      "restored-page",
      { en: "The page with them, through the load balancer", ja: "ロードバランサー経由のページ" },
      "200",
      page.kind === "answer" ? String(page.status) : page.kind,
    ),
  ];
}
