import { createIamStore } from "../../src/sandbox/iam/store.ts";
import { iamService } from "../../src/sandbox/iam/service.ts";
import { runDaemon } from "../../src/sandbox/run-daemon.ts";
import { stsService } from "../../src/sandbox/sts/service.ts";
import { sandboxAccount, type World } from "../../src/sandbox/world.ts";
import { Lecture05Error } from "../../src/errors.ts";
import { FakeRuntime } from "./fake-runtime.ts";

/** The daemon with IAM and STS only and no Docker, as a program for tests of the process itself. */
const home = process.argv[2] ?? "";
const engineAnswers = async (): Promise<boolean> => process.env.TEST_DAEMON_ENGINE !== "down";
await runDaemon({
  home,
  version: process.env.TEST_DAEMON_VERSION ?? "1",
  async open(site) {
    if (process.env.TEST_DAEMON_FAIL === "docker") {
      throw new Lecture05Error("DOCKER_UNAVAILABLE", { what: { en: "No engine", ja: "エンジンなし" } });
    }
    if (process.env.TEST_DAEMON_FAIL === "bug") throw new TypeError("a bug of ours");
    const { TEST_DAEMON_ADDRESS: address } = process.env;
    if (address) site.log({ event: "further-address", port: await site.listenOn(address) });
    const world = {
      account: sandboxAccount,
      home,
      runtime: new FakeRuntime(),
      now: () => new Date(),
      log: site.log,
      iam: createIamStore(home),
    } as unknown as World;
    return { world, services: [iamService, stsService], engineAnswers, reconcile: async () => {} };
  },
});
