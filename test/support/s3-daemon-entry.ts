import { createIamStore } from "../../src/sandbox/iam/store.ts";
import { runDaemon } from "../../src/sandbox/run-daemon.ts";
import { s3Service } from "../../src/sandbox/s3/service.ts";
import { createS3Store } from "../../src/sandbox/s3/store.ts";
import { sandboxAccount, type World } from "../../src/sandbox/world.ts";

/** The daemon with S3 only and no Docker, as a program that is killed over and over. */
const home = process.argv[2] ?? "";
void runDaemon({
  home,
  version: "1",
  async open(site) {
    const world = {
      account: sandboxAccount,
      home,
      now: () => new Date(),
      log: site.log,
      iam: createIamStore(home),
      s3: createS3Store(home),
    } as unknown as World;
    return { world, services: [s3Service], engineAnswers: async () => true, reconcile: async () => {} };
  },
});
