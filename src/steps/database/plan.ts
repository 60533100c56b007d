import { inWords } from "../../observed.ts";
import { ec2 } from "../ec2.ts";
import { ruleKey } from "../ec2/layout.ts";
import { compareRules } from "../ec2/plan.ts";
import type { Change, StepContext } from "../step.ts";
import { fromHosts } from "./ensure.ts";
import { groupName, passwordNameFor } from "./names.ts";
import type { ObservedDatabase } from "./observe.ts";
import { differences, wantedSettings } from "./settings.ts";

/** What of AWS's side is missing or differs. Pure. */
export function planDatabase(ctx: StepContext, observed: ObservedDatabase): Change[] {
  const { group, password, subnetGroup, database, mayRead } = observed;
  const changes: Change[] = [];
  const create = (subject: string, reason?: Change["reason"]): number =>
    changes.push({ action: "create", subject, ...(reason ? { reason } : {}) });
  if (!group) create(`ec2:security-group ${groupName}`);
  else changes.push(...groupChanges(ctx, group.ingress));
  if (!mayRead) changes.push({ action: "update", subject: "iam:role host" });
  if (!password) create(`ssm:parameter ${passwordNameFor(ctx)}`);
  if (!subnetGroup) create("rds:db-subnet-group database");
  if (!database) create("rds:db-instance database", inWords(wantedSettings(ctx).instanceClass));
  else if (database.status !== "available") {
    changes.push({ action: "update", subject: "rds:db-instance database", reason: inWords(database.status) });
  } else {
    const { instanceClass, multiAz } = differences(wantedSettings(ctx, database), database);
    const words = [
      ...(instanceClass === undefined ? [] : [instanceClass]),
      ...(multiAz === undefined ? [] : [multiAz ? "two zones" : "one zone"]),
    ];
    const subject = "rds:db-instance database";
    if (words.length > 0) changes.push({ action: "update", subject, reason: inWords(words.join(", ")) });
  }
  return changes;
}

function groupChanges(ctx: StepContext, ingress: Parameters<typeof compareRules>[0]): Change[] {
  const hosts = ctx.findOutput(ec2)?.hostGroupId;
  if (hosts === undefined) return [];
  const { missing, excess } = compareRules(ingress, [fromHosts(hosts)]);
  const words = [...missing.map((rule) => `+ ${ruleKey(rule)}`), ...excess.map((rule) => `- ${ruleKey(rule)}`)];
  if (words.length === 0) return [];
  return [{ action: "update", subject: `ec2:security-group ${groupName}`, reason: inWords(words.join(", ")) }];
}
