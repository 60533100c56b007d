import { installBackup, restoreBackup, takeBackup } from "../../src/remote/backup.ts";
import { probeBackup, probeBackupRight, probeRows } from "../../src/remote/probes/backup.ts";
import { readHostFacts } from "../../src/remote/probes/host-facts.ts";
import type { RemoteScript } from "../../src/ports/shell.ts";
import { allowHost } from "../../src/remote/allow-host.ts";
import type { AppBundle } from "../../src/remote/bundle-app.ts";
import { setExpiry } from "../../src/remote/expiry.ts";
import { configureS3 } from "../../src/remote/configure-s3.ts";
import {
  configureApp,
  installGems,
  migrate,
  prepareAside,
  prepareRelease,
  removeRelease,
} from "../../src/remote/install-app.ts";
import { createAppUser, installRuby } from "../../src/remote/install-ruby.ts";
import { installDatabaseClient, moveDatabase } from "../../src/remote/move-database.ts";
import { listModules } from "../../src/remote/modules.ts";
import { installNginx, putNginxBeforePuma } from "../../src/remote/nginx.ts";
import { prepareImage } from "../../src/remote/prepare-image.ts";
import { prepareHost } from "../../src/remote/prepare-host.ts";
import { startUnit, stopUnit } from "../../src/remote/guard.ts";
import { probeWithoutNginx, probeWithoutPuma } from "../../src/remote/probes/without.ts";
import {
  probeMetadata,
  probeNginxAlone,
  probeNginxPuma,
  probePuma,
  probeRequest,
  probeSocket,
} from "../../src/remote/probes.ts";
import { probeDatabase, probeRecord, reconnectPuma } from "../../src/remote/probes/database.ts";
import { probeIdentity } from "../../src/remote/probes/identity.ts";
import { diagnoseBackup } from "../../src/remote/probes/diagnose-backup.ts";
import { diagnoseHost } from "../../src/remote/probes/diagnose.ts";
import { readRelease } from "../../src/remote/read-release.ts";
import { probeRelease } from "../../src/remote/probes/release.ts";
import { closeKeptConnections, endStandIn, handOver, startStandIn } from "../../src/remote/stand-in.ts";
import { syncDisk } from "../../src/remote/sync-disk.ts";
import { sendApp } from "../../src/remote/send-app.ts";
import { movePumaToSocket, startPumaOnTcp } from "../../src/remote/start-puma.ts";

export const sampleBundle: AppBundle = {
  release: "0123456789ab",
  sha256: "0".repeat(64),
  base64: Buffer.alloc(60_000, "lecture05").toString("base64"),
  sizeBytes: 60_000,
};

const requestId = "0f0e0d0c-0b0a-0908-0706-050403020100";

/** Every script that the product can send, with plain values. */
export const everyScript: readonly RemoteScript[] = [
  prepareHost(),
  setExpiry("2026-01-02T07:00:00.000Z"),
  setExpiry(undefined),
  installRuby(),
  createAppUser(),
  ...sendApp(sampleBundle),
  configureApp(sampleBundle.release),
  installGems(sampleBundle.release),
  prepareRelease(sampleBundle.release),
  startPumaOnTcp(sampleBundle.release),
  prepareAside(sampleBundle.release),
  migrate(sampleBundle.release),
  removeRelease(sampleBundle.release),
  startStandIn(sampleBundle.release),
  closeKeptConnections(),
  handOver(),
  endStandIn(),
  syncDisk(),
  probeRelease(),
  movePumaToSocket(),
  installNginx(),
  putNginxBeforePuma(),
  allowHost("lecture05-1.ap-northeast-1.elb.amazonaws.com"),
  prepareImage({
    secretName: "/lecture05/mine/secret-key-base",
    passwordName: "/lecture05/mine/database-password",
  }),
  probeIdentity(),
  configureS3({ bucket: "lecture05-000000000000", region: "ap-northeast-1" }),
  installDatabaseClient(),
  moveDatabase({
    address: "lecture05-database.c0123456789a.ap-northeast-1.rds.amazonaws.com",
    port: 3306,
    userName: "lecture05",
    databaseName: "lecture05",
    passwordName: "/lecture05/lecture05/database-password",
    region: "ap-northeast-1",
  }),
  probeDatabase(),
  installBackup({ bucket: "lecture05-000000000000-backup" }),
  takeBackup(),
  restoreBackup({ bucket: "lecture05-000000000000-backup", id: "2026-01-02T03-04-05Z", overwrite: true }),
  probeBackup(),
  probeBackupRight(),
  probeRows(),
  probeRecord("lecture05 check"),
  reconnectPuma(),
  listModules("nginx"),
  readRelease(),
  probePuma(requestId),
  probeSocket(requestId),
  probeNginxAlone(requestId),
  probeNginxPuma(requestId, "ffffffff-0b0a-0908-0706-050403020100"),
  probeRequest(requestId),
  probeWithoutPuma("tcp"),
  probeWithoutPuma("socket"),
  probeWithoutPuma("nginx"),
  probeWithoutNginx(),
  stopUnit("puma.service", 60),
  startUnit("nginx.service"),
  probeMetadata(),
  readHostFacts(),
  diagnoseBackup(),
  diagnoseHost({
    way: "nginx",
    hostName: "lecture05-1.ap-northeast-1.elb.amazonaws.com",
    privateIp: "10.5.1.10",
    bucket: true,
    nginxAlone: false,
  }),
];
