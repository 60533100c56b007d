import type { FirewallMember } from "../runtime.ts";

/** What goes on with hosts in the background: one change at a time per host, in the order in which they were asked for. */
export class Transitions {
  private readonly running = new Map<string, Promise<void>>();
  /** The packet filter that each member has, to leave out what changes nothing: applying one takes half a second. */
  readonly appliedFirewalls = new Map<string, string>();
  /** When the hosts were last compared with the records. */
  comparedAt = 0;
  comparing: Promise<void> | undefined;

  enqueue(id: string, change: () => Promise<void>): Promise<void> {
    const before = this.running.get(id) ?? Promise.resolve();
    const work = before.then(change, change);
    const settled = work
      .catch(() => {})
      .finally(() => {
        if (this.running.get(id) === settled) this.running.delete(id);
      });
    this.running.set(id, settled);
    return work;
  }

  isBusy(id: string): boolean {
    return this.running.has(id);
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }
}

export function memberKey(member: FirewallMember): string {
  return `${member.kind}:${member.id}`;
}
