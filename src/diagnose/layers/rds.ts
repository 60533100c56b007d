import { databaseIdFor, groupName, passwordNameFor } from "../../steps/database/names.ts";
import { fromHosts } from "../../steps/database/ensure.ts";
import { compareRules } from "../../steps/ec2/plan.ts";
import { ruleKey } from "../../steps/ec2/layout.ts";
import type { View } from "../facts.ts";
import { applyStep, automatic, byHand, evidence, inHost, printed, when, type Diagnosis } from "../layer.ts";

/** What Rails raises when its database does not answer, whatever keeps it from doing so. */
const noConnection = /Trilogy|ConnectionNotEstablished|DatabaseConnectionError|ConnectionFailed/;
const timedOut = "ActiveRecord::ConnectionNotEstablished (trilogy_connect: TRILOGY_TIMEOUT)";
const refused = "ActiveRecord::DatabaseConnectionError (There is an issue connecting to your database)";
const describe = ({ stack }: View): string =>
  `aws rds describe-db-instances --db-instance-identifier ${databaseIdFor({ stack })}`;

/** The rules of the database's group against the one that it is to have; undefined when they could not be seen. */
function rulesOf({ ec2 }: View) {
  const group = ec2?.groups.find(({ name }) => name === groupName);
  const host = ec2?.groups.find(({ name }) => name === "host");
  if (!group || !host) return undefined;
  return { group, ...compareRules(group.ingress, [fromHosts(host.id)]) };
}

/** The database on AWS: there, available, reached by the hosts alone, and with the password that they have. */
export const rdsFaults: readonly Diagnosis[] = [
  {
    code: "RDS_MISSING",
    since: "database",
    raises: noConnection,
    logLines: [refused, "DBInstanceNotFound"],
    cause: {
      en: "The database {id} is gone, and its records, unless there is a snapshot",
      ja: "データベース {id} が存在しません。スナップショットがなければ、レコードも失われています",
    },
    // A new one is empty: that the records are lost is for a person to know first.
    fix: printed(byHand("aws rds describe-db-snapshots --snapshot-type manual"), applyStep("database")),
    find: (view) => {
      if (view.database !== null) return undefined;
      return { evidence: [evidence(describe(view), "DBInstanceNotFound")], values: { id: databaseIdFor(view) } };
    },
  },
  {
    code: "RDS_STOPPED",
    since: "database",
    raises: noConnection,
    logLines: [timedOut],
    cause: {
      en: "The database is {status}: pages that show records are errors, /up is not",
      ja: "データベースの状態が {status} です。レコードを表示するページはエラーになります (/up は正常)",
    },
    fix: automatic(applyStep("database")),
    find: (view) => {
      const { status = "" } = view.database ?? {};
      if (!status.startsWith("stopp")) return undefined;
      return { evidence: [evidence(describe(view), `DBInstanceStatus ${status}`, status)], values: { status } };
    },
  },
  {
    code: "RDS_NOT_AVAILABLE",
    since: "database",
    mayPass: true,
    raises: noConnection,
    logLines: [timedOut],
    cause: {
      en: "RDS is at work on the database: {status}. What passes by itself takes minutes; the events tell of what does not",
      ja: "RDS がデータベースを処理中です: {status}。通常は数分で終わります。終わらない場合はイベントを確認してください",
    },
    fix: printed(byHand("aws rds describe-events --source-type db-instance --source-identifier {id}")),
    find: (view) => {
      const { status = "available", id = "" } = view.database ?? {};
      if (status === "available" || view.page === undefined) return undefined;
      const served = view.page.kind === "answer" && view.page.status === 200;
      // It works on, or backs up, and serves meanwhile.
      if (served) return undefined;
      return { evidence: [evidence(describe(view), `DBInstanceStatus ${status}`, status)], values: { status, id } };
    },
  },
  {
    code: "RDS_GROUP_WRONG",
    since: "database",
    raises: noConnection,
    logLines: [timedOut],
    cause: {
      en: "The database does not bear the security group {group}, whose rule lets the hosts in",
      ja: "データベースにセキュリティグループ {group} が付いていません。ホストからの接続を許可するグループです",
    },
    fix: printed(byHand("aws rds modify-db-instance --db-instance-identifier {id} --vpc-security-group-ids {group}")),
    find: (view) => {
      const group = rulesOf(view)?.group.id;
      const { database } = view;
      if (!database || group === undefined || database.groupIds.includes(group)) return undefined;
      const seen = database.groupIds.join(" ") || "none";
      return {
        evidence: [evidence(describe(view), `VpcSecurityGroups ${seen}`, seen)],
        values: { group, id: database.id },
      };
    },
  },
  {
    code: "RDS_GROUP_CLOSED",
    since: "database",
    raises: noConnection,
    logLines: [timedOut],
    cause: {
      en: "The database's security group does not let the hosts in: {rule} is missing",
      ja: "データベースのセキュリティグループがホストからの接続を許可していません。{rule} のルールがありません",
    },
    fix: automatic(applyStep("database")),
    find: (view) => {
      const [missing] = rulesOf(view)?.missing ?? [];
      if (!missing) return undefined;
      const present = rulesOf(view)?.group.ingress.map(ruleKey).join(", ") || "no rule";
      const command = `aws ec2 describe-security-groups --group-ids ${rulesOf(view)?.group.id ?? ""}`;
      return { evidence: [evidence(command, present)], values: { rule: ruleKey(missing) } };
    },
  },
  {
    code: "RDS_PASSWORD_WRONG",
    since: "database",
    raises: noConnection,
    logLines: [
      "Trilogy::DatabaseConnectionError: 1045: Access denied for user 'lecture05'@'10.5.1.10' (using password: YES)",
    ],
    cause: {
      en: "The database refuses the password that the host has. Step database writes the one of {name} again; if that was changed only there, RDS has to be told, too",
      ja: "データベースがホストのパスワードを拒否しています。ステップ database は {name} のパスワードを設定し直します。そちらだけを変更した場合は、RDS のパスワードも変更してください",
    },
    fix: printed(
      applyStep("database"),
      byHand("aws rds modify-db-instance --db-instance-identifier {id} --apply-immediately --master-user-password …"),
    ),
    find: (view) =>
      inHost((facts) => {
        const line = facts.find("mysql", /1045|Access denied/);
        if (!line) return undefined;
        const values = { name: passwordNameFor(view), id: databaseIdFor(view) };
        return { evidence: [evidence("ask-database.rb tls", line)], values };
      })(view),
  },
  {
    code: "RDS_UNREACHABLE",
    since: "database",
    raises: noConnection,
    logLines: [timedOut],
    cause: {
      en: "The host does not reach {address}, though the database is available and its group lets the host in: the name, a network ACL or a route is what remains",
      ja: "データベースは利用可能で、セキュリティグループも許可していますが、ホストから {address} に接続できません。名前解決、ネットワーク ACL、ルートを確認してください",
    },
    fix: printed(
      byHand("aws ec2 describe-network-acls --filters Name=vpc-id,Values={vpc}"),
      byHand("lecture05 exec -- getent hosts {address}"),
    ),
    find: (view) =>
      inHost((facts) => {
        const { endpoint, status } = view.database ?? {};
        const code = facts.exitCode("mysql");
        if (!endpoint || status !== "available" || code === undefined || code === 0) return undefined;
        const line = facts.all("mysql").split("\n").at(-1) || "no answer";
        const values = { address: endpoint.address, vpc: view.ec2?.vpc?.id ?? "" };
        return { evidence: [evidence("ask-database.rb tls", line)], values };
      })(view),
  },
  {
    code: "RDS_OPEN_TO_OTHERS",
    since: "database",
    latent: true,
    logLines: ["tcp 3306 from 0.0.0.0/0"],
    cause: {
      en: "The database's security group lets in others than the hosts: {rule}",
      ja: "データベースのセキュリティグループがホスト以外からの接続も許可しています: {rule}",
    },
    fix: automatic(applyStep("database")),
    find: (view) => {
      const [excess] = rulesOf(view)?.excess ?? [];
      const command = `aws ec2 describe-security-groups --group-ids ${rulesOf(view)?.group.id ?? ""}`;
      const shown = excess && when(true, evidence(command, ruleKey(excess)));
      return shown && { ...shown, values: { rule: ruleKey(excess) } };
    },
  },
];
