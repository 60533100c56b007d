import { Deliveries } from "./access-logs/deliveries.ts";
import { keepGroups } from "./autoscaling/keeper.ts";
import { createWorld, sandboxServices } from "./create-world.ts";
import { secretIn } from "./daemon-files.ts";
import { connectEngine, pingEngine } from "./docker/engine.ts";
import { createDockerRuntime } from "./docker/runtime.ts";
import { HostCache, hostCacheDirectory } from "./host-cache.ts";
import { reconcileEc2 } from "./ec2/reconcile.ts";
import { reconcileElbv2 } from "./elbv2/reconcile.ts";
import { reconcileRds } from "./rds/keep.ts";
import { Realism } from "./realism/realism.ts";
import { readRealism } from "./realism/settings.ts";
import { runDaemon } from "./run-daemon.ts";
import { reconcileSsm } from "./ssm/reconcile.ts";
import { tend, wantedBy } from "./tend.ts";

/** Less than a command waits for the daemon itself: an engine that hangs is the engine's trouble. */
const enginePatienceMs = 1_000;

declare const LECTURE05_VERSION: string | undefined;

/** The daemon's program. The launcher starts it with the sandbox's home as its argument. */
const home = process.argv[2];
if (home === undefined) {
  process.stderr.write("usage: main HOME\n");
  process.exit(2);
}

function messagesOf(error: unknown): string {
  const causes = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return causes.map(String).join("; ");
}

void runDaemon({
  home,
  version: typeof LECTURE05_VERSION === "string" ? LECTURE05_VERSION : "0.0.0-dev",
  async open(site) {
    // Without an engine nothing here works: better to say so now than in the first call that needs it.
    const docker = await connectEngine();
    const cacheDirectory = hostCacheDirectory(process.env);
    const runtime = createDockerRuntime({
      home: site.home,
      sandboxId: secretIn(site.home, "sandbox-id", 4),
      applianceSecret: site.applianceSecret,
      daemonPort: () => site.port,
      listenOn: (address) => site.listenOn(address),
      closeOn: (address) => site.stopListeningOn(address),
      docker,
      cache: cacheDirectory === undefined ? undefined : new HostCache(cacheDirectory),
      log: site.log,
    });
    const settings = readRealism(site.home);
    const realism = settings && new Realism(settings);
    const world = createWorld({
      home: site.home,
      runtime: realism?.runtime(runtime) ?? runtime,
      log: site.log,
      later: realism?.later,
    });
    realism?.attach(world);
    return {
      world,
      services: sandboxServices,
      manners: realism,
      deliveries: new Deliveries(world, { pauseMs: realism?.accessLogPauseMs }),
      engineAnswers: () =>
        pingEngine(docker, enginePatienceMs).then(
          () => true,
          () => false,
        ),
      async reconcile() {
        // Hosts before what leans on them: load balancers check targets, SSM goes on with commands. What one of them does
        // not get done must not keep the others from trying.
        const parts = [reconcileEc2, reconcileElbv2, reconcileRds, reconcileSsm];
        for (const part of [() => runtime.reconcile(wantedBy(world)), ...parts]) {
          await part(world).catch((error: unknown) => {
            site.log({ level: "error", event: "reconcile-failed", error: messagesOf(error) });
          });
        }
        keepGroups(world);
        const mend = (): Promise<void> => runtime.mend(() => wantedBy(world));
        await runtime.watch(() => tend(world, mend));
      },
    };
  },
});
