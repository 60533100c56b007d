import { Lecture05Error } from "../../errors.ts";
import { internalPrefix } from "../../sandbox/daemon-files.ts";
import { findDaemon, rootCredentials, sandboxHome, type RunningDaemon } from "../../sandbox/launcher.ts";
import { version } from "../package-facts.ts";
import { sandboxIdIn } from "../sandbox-id.ts";
import type { SandboxControl, SandboxEndpoint } from "../services.ts";
import type { EngineControl } from "./engine-control.ts";
import { assertOwnHome } from "./own-home.ts";
import { keepRealism } from "./keep-realism.ts";

/** The sandbox of this user, as the commands handle it. */
export function createSandboxControl(env: NodeJS.ProcessEnv): SandboxControl {
  const home = sandboxHome(env);
  const engine = async (): Promise<EngineControl> =>
    (await import("./engine-control.ts")).createEngineControl(home, env);

  const endpointOf = (daemon: RunningDaemon): SandboxEndpoint => {
    const credentials = rootCredentials(home);
    if (!credentials) throw keyMissing(home);
    const id = sandboxIdIn(home);
    return {
      url: daemon.endpoint,
      credentials,
      callerAddressUrl: `${daemon.endpoint}${internalPrefix}caller-address`,
      identity: id === undefined ? undefined : { id, home },
    };
  };

  return {
    async ensure({ onProgress, signal, realism }) {
      assertOwnHome(home, env);
      const restart = await keepRealism(home, realism);
      const running = restart ? undefined : await findDaemon(home);
      // It has just asked its engine, and a daemon of this version has seen to its images.
      if (running?.engineAnswers && running.version === version) return endpointOf(running);
      return endpointOf(await (await engine()).start({ onProgress, signal, restart }));
    },

    async find() {
      const daemon = await findDaemon(home);
      return daemon && endpointOf(daemon);
    },

    status: async () => (await engine()).status(),
    stop: async () => (await engine()).stop(),
    reset: async (what) => (await engine()).reset(what),
  };
}

function keyMissing(home: string): Lecture05Error {
  return new Lecture05Error("SANDBOX_UNAVAILABLE", {
    what: { en: "The sandbox has no root key", ja: "サンドボックスのルートキーがありません" },
    why: { en: `It is not in ${home}`, ja: `${home} にありません` },
    next: ["lecture05 sandbox stop", "lecture05 sandbox start"],
  });
}
