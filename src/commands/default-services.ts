import type { Services } from "./services.ts";

/** The real parts, each loaded when it is needed. */
export function defaultServices(): Services {
  return {
    steps: async () => (await import("../steps/index.ts")).steps,
    preflight: async (options) => (await import("../preflight/preflight.ts")).preflight(options),
    sweep: async (about) => (await import("../steps/sweep.ts")).sweep(about),
    bucketData: async (about) => (await import("../steps/sweep.ts")).bucketData(about),
    backups: async () => (await import("../steps/index.ts")).backupOperations,
    diagnose: async (...question) => (await import("../diagnose/diagnose.ts")).diagnose(...question),
    translator: async () => (await import("../aws/translate-error.ts")).translateError,
    connect: async (options) => (await import("../aws/connect.ts")).connect(options),
    sandbox: async (env) => (await import("./sandbox/control.ts")).createSandboxControl(env),
    probes: async (site) => (await import("./doctor/machine-probes.ts")).createProbes(site),
    repairs: async (site) => (await import("./doctor/machine-repairs.ts")).createRepairs(site),
  };
}
