import type { Database } from "../../../src/ports/database.ts";
import type { Facts } from "../../../src/diagnose/facts.ts";
import { nothingWrong } from "../../../src/diagnose/verdict.ts";
import { stepNames } from "../../../src/steps/names.ts";
import { healthy, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const database: Database = {
  id: "diag-database",
  status: "available",
  engine: "mysql",
  engineVersion: "8.4.7",
  instanceClass: "db.t4g.micro",
  encrypted: true,
  publiclyAccessible: false,
  multiAz: false,
  availabilityZone: "ap-northeast-1a",
  secondaryZone: undefined,
  groupIds: ["sg-database"],
  subnetIds: ["subnet-private-a", "subnet-private-c"],
  endpoint: { address: "diag-database.c0.ap-northeast-1.rds.amazonaws.com", port: 3306 },
  backupRetentionDays: 7,
  deletionProtected: false,
  createdAt: undefined,
};
const fromHosts = { protocol: "tcp", fromPort: 3306, toPort: 3306, source: { groupId: "sg-host" } };
type Rule = typeof fromHosts | { protocol: string; fromPort: number; toPort: number; source: { cidr: string } };

const well = { mysql: ["TLS_AES_256_GCM_SHA384"], "mysql.exit": ["0"] };
const failing = (line: string) => ({ mysql: [line], "mysql.exit": ["1"] });
const timedOut = "Trilogy::TimeoutError: trilogy_connect";

/** The healthy stack with a database, as it is or changed. */
function withDatabase(
  changes: Partial<Database> | null,
  { host = well, ingress = [fromHosts] }: { host?: Record<string, string[]>; ingress?: readonly Rule[] } = {},
): Facts {
  const facts = withHost(host);
  const group = { id: "sg-database", name: "database", vpcId: "vpc-1", ingress };
  const ec2 = facts.ec2 && { ...facts.ec2, groups: [...facts.ec2.groups, group] };
  const failed = { kind: "answer", status: 500, headers: {}, body: new Uint8Array() } as const;
  return {
    ...facts,
    reached: stepNames.slice(0, stepNames.indexOf("database") + 1),
    ec2,
    page: host === well ? healthy.page : failed,
    database: changes && { ...database, ...changes },
  };
}

export const rdsCases: readonly Case[] = [
  { code: nothingWrong, what: "a database as it should be", facts: withDatabase({}) },
  { code: nothingWrong, what: "at work and serving", facts: withDatabase({ status: "backing-up" }) },
  { code: "RDS_MISSING", what: "deleted", facts: withDatabase(null, { host: failing(timedOut) }) },
  { code: "RDS_STOPPED", what: "stopped", facts: withDatabase({ status: "stopped" }, { host: failing(timedOut) }) },
  {
    code: "RDS_NOT_AVAILABLE",
    what: "rebooting",
    facts: withDatabase({ status: "rebooting" }, { host: failing(timedOut) }),
  },
  {
    code: "RDS_GROUP_WRONG",
    what: "another group",
    facts: withDatabase({ groupIds: ["sg-other"] }, { host: failing(timedOut) }),
  },
  {
    code: "RDS_GROUP_CLOSED",
    what: "no rule",
    facts: withDatabase({}, { host: failing(timedOut), ingress: [] }),
  },
  {
    code: "RDS_PASSWORD_WRONG",
    what: "another password",
    facts: withDatabase(
      {},
      { host: failing("1045: Access denied for user 'lecture05'@'10.7.1.10' (using password: YES)") },
    ),
  },
  { code: "RDS_UNREACHABLE", what: "no way", facts: withDatabase({}, { host: failing(timedOut) }) },
  {
    code: "RDS_OPEN_TO_OTHERS",
    what: "open to everyone",
    facts: withDatabase(
      {},
      { ingress: [fromHosts, { protocol: "tcp", fromPort: 3306, toPort: 3306, source: { cidr: "0.0.0.0/0" } }] },
    ),
  },
];
