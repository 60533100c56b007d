import { join } from "node:path";
import { JsonStore } from "../json-store.ts";

/** Hosts that were stopped on purpose, and so stay stopped when the machine comes back. */
export class StoppedHosts {
  private readonly store: JsonStore<{ stopped: Record<string, true> }>;

  constructor(home: string) {
    this.store = new JsonStore(join(home, "stopped-hosts.json"), { stopped: {} });
  }

  has(instanceId: string): boolean {
    return instanceId in this.store.data.stopped;
  }

  async add(instanceId: string): Promise<void> {
    await this.store.note(() => (this.store.data.stopped[instanceId] = true));
  }

  async delete(instanceId: string): Promise<void> {
    if (!this.has(instanceId)) return;
    await this.store.note(() => delete this.store.data.stopped[instanceId]);
  }
}
