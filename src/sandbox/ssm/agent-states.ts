import type { World } from "../world.ts";

const maximumAgeMs = 1000;

/** Whether the agent's unit is active in each host; asked for at most once a second. */
export class AgentStates {
  private readonly known = new Map<string, { readonly askedAt: number; readonly active: Promise<boolean> }>();

  isActive(world: World, instanceId: string): Promise<boolean> {
    const known = this.known.get(instanceId);
    if (known && Date.now() - known.askedAt < maximumAgeMs) return known.active;
    const active = ask(world, instanceId);
    this.known.set(instanceId, { askedAt: Date.now(), active });
    return active;
  }

  forget(instanceId: string): void {
    this.known.delete(instanceId);
  }
}

async function ask(world: World, instanceId: string): Promise<boolean> {
  try {
    const argv = ["systemctl", "is-active", "amazon-ssm-agent.service"];
    const { exitCode } = await world.runtime.exec(instanceId, { argv });
    return exitCode === 0;
  } catch {
    // A host that stops or goes away in this moment.
    return false;
  }
}
