import type { Deployment } from "./deployment.ts";

/** What a host runs as far as the state knows; undefined before there is an application. */
export function releaseOn(
  { deployment, steps }: { readonly deployment?: Deployment | undefined; readonly steps: readonly StepLike[] },
  instanceId: string,
): string | undefined {
  if (deployment) return deployment.hosts[instanceId] ?? deployment.current.release;
  const { release } = steps.find(({ name }) => name === "puma")?.output ?? {};
  return typeof release === "string" ? release : undefined;
}

interface StepLike {
  readonly name: string;
  readonly output?: Record<string, unknown> | undefined;
}
