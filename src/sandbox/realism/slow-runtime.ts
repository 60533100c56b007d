import type { DatabaseRuntime } from "../database-runtime.ts";
import type { Runtime } from "../runtime.ts";
import type { Behaviours } from "./behaviours.ts";

/** The machine behind the sandbox, as slow as AWS's. */
export class SlowRuntime {
  /** When SSM hears of a host that has booted, by the daemon's own time. */
  private readonly reachableFrom = new Map<string, number>();
  /** Load balancers that were told to go; their interfaces stay for a while. */
  private readonly leaving = new Set<string>();
  /** To cut short what is waited for on behalf of something that has to go. */
  private readonly waiting = new Map<string, AbortController>();

  constructor(private readonly on: Behaviours) {}

  isReachable(instanceId: string): boolean {
    return (this.reachableFrom.get(instanceId) ?? 0) <= this.on.time.now();
  }

  /** It is to be deleted: when it is still being set up, AWS does not finish that first. */
  leave(id: string): void {
    this.leaving.add(id);
    this.waiting.get(id)?.abort();
  }

  /** The runtime with everything it has, and with these few methods taking their time. */
  around<R extends Runtime>(runtime: R): R {
    const slow: Partial<Runtime> = {
      launchHost: async (host) => {
        await this.wait("boot", host.instanceId);
        await runtime.launchHost(host);
        const lateMs = this.on.timeFor("late-ssm", "host");
        this.reachableFrom.set(host.instanceId, this.on.time.now() + lateMs);
      },
      launchLoadBalancer: async (loadBalancer) => {
        await this.wait("slow-load-balancer", loadBalancer.id);
        await runtime.launchLoadBalancer(loadBalancer);
      },
      applyFirewall: async (member, rules) => {
        // Interfaces that outlive their load balancer have nothing behind them.
        if (member.kind === "load-balancer" && this.leaving.has(member.id)) return;
        await runtime.applyFirewall(member, rules);
      },
    };
    const databases = overlaid<DatabaseRuntime>(runtime.databases, {
      createStorage: async (id, snapshotId) => {
        await this.wait("slow-database", id);
        await runtime.databases.createStorage(id, snapshotId);
      },
    });
    return overlaid<R>(runtime, { ...slow, databases } as Partial<R>);
  }

  private async wait(behaviour: "boot" | "slow-load-balancer" | "slow-database", id: string): Promise<void> {
    const controller = new AbortController();
    this.waiting.set(id, controller);
    try {
      await this.on.wait(behaviour, behaviour, controller.signal);
    } finally {
      this.waiting.delete(id);
    }
  }
}

/** All that `target` has, with a few of its members replaced. */
function overlaid<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get: (_target, name) => {
      const own = Object.hasOwn(replaced, name) ? (replaced as Record<string | symbol, unknown>)[name] : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
