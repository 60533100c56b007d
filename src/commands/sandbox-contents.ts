import type { Invocation } from "./command.ts";

/** Whether there may be anything. Building images and starting a daemon only to find nothing would be a poor joke. */
export async function sandboxHoldsSomething(invocation: Invocation): Promise<boolean> {
  const control = await (await invocation.services()).sandbox(invocation.io.env);
  const { daemon, containers, holdsResources } = await control.status();
  // Without an engine nobody knows; then the error about the engine is the right answer.
  return daemon !== undefined || containers === undefined || containers.length > 0 || holdsResources;
}
