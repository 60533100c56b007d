import { addTags } from "./actions/add-tags-to-resource.ts";
import { createDatabase } from "./actions/create-db-instance.ts";
import { createSnapshot } from "./actions/create-db-snapshot.ts";
import { createSubnetGroup } from "./actions/create-db-subnet-group.ts";
import { deleteDatabase } from "./actions/delete-db-instance.ts";
import { deleteSnapshot } from "./actions/delete-db-snapshot.ts";
import { deleteSubnetGroup } from "./actions/delete-db-subnet-group.ts";
import { describeEngineVersions } from "./actions/describe-db-engine-versions.ts";
import { describeDatabases } from "./actions/describe-db-instances.ts";
import { describeParameterGroups } from "./actions/describe-db-parameter-groups.ts";
import { describeSnapshots } from "./actions/describe-db-snapshots.ts";
import { describeSubnetGroups } from "./actions/describe-db-subnet-groups.ts";
import { describeOrderableOptions } from "./actions/describe-orderable-db-instance-options.ts";
import { listTags } from "./actions/list-tags-for-resource.ts";
import { modifyDatabase } from "./actions/modify-db-instance.ts";
import { rebootDatabase } from "./actions/reboot-db-instance.ts";
import { removeTags } from "./actions/remove-tags-from-resource.ts";
import { restoreDatabase } from "./actions/restore-db-instance-from-db-snapshot.ts";
import { startDatabase } from "./actions/start-db-instance.ts";
import { stopDatabase } from "./actions/stop-db-instance.ts";
import type { ServiceDefinition } from "../wire/action.ts";

/** RDS for MySQL; what it does and does not do is in BEHAVIOUR.md. */
export const rdsService: ServiceDefinition = {
  signingName: "rds",
  protocol: "awsQuery",
  version: "2014-10-31",
  xmlNamespace: "http://rds.amazonaws.com/doc/2014-10-31/",
  actions: [
    addTags,
    createDatabase,
    createSnapshot,
    createSubnetGroup,
    deleteDatabase,
    deleteSnapshot,
    deleteSubnetGroup,
    describeEngineVersions,
    describeDatabases,
    describeParameterGroups,
    describeSnapshots,
    describeSubnetGroups,
    describeOrderableOptions,
    listTags,
    modifyDatabase,
    rebootDatabase,
    removeTags,
    restoreDatabase,
    startDatabase,
    stopDatabase,
  ],
};
