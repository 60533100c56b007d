import { describe, expect, it } from "vitest";
import { runDrill, type DrillRequest } from "../../src/drill/run-drill.ts";
import type { Ports } from "../../src/ports/index.ts";
import { readState } from "../../src/state/read.ts";
import { openToySession, ToyCloud, toyStep } from "../support/memory-session.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

const page = Buffer.from("<footer><dd>ip-10-5-1-10</dd><dd>a</dd></footer>");
const request: DrillRequest = { kind: "puma", subject: "i-1", rate: 40, seconds: 1.2 };

/** A stack with one host, whose Puma is killed for real as far as visitors and load balancer see it. */
function world({ comesBack = true } = {}) {
  const done: string[] = [];
  const stack = { puma: true, instance: "running", dnsName: "own.example" };
  const well = (): boolean => stack.puma && stack.instance === "running";
  const run = async (_id: string, { name }: { name: string }) => {
    done.push(name);
    if (name === "kill-puma") stack.puma = false;
    // systemd needs a moment; here it is the first look at the unit.
    if (name === "look-at-puma" && comesBack) stack.puma = true;
    if (name === "start-puma") stack.puma = true;
    const [state, back] = stack.puma ? ["active", 9_500_000] : ["failed", 0];
    const shown = `ActiveState=${state}\nActiveEnterTimestampMonotonic=${back}\nActiveExitTimestampMonotonic=8000000\n`;
    return { instanceId: "i-1", commandId: "c", exitCode: 0, stdout: name === "kill-puma" ? "" : shown, stderr: "" };
  };
  const ports = {
    http: {
      request: async () => ({ kind: "answer", status: well() ? 200 : 502, headers: {}, body: page }),
    },
    shell: { run, waitUntilOnline: async () => void done.push("online") },
    compute: {
      findInstances: async () => [{ id: "i-1", state: stack.instance }],
      stopInstance: async () => void (done.push("stop"), (stack.instance = "stopped")),
      startInstance: async () => void (done.push("start"), (stack.instance = "running")),
      waitUntilRunning: async () => void done.push("running"),
    },
    loadBalancing: {
      findLoadBalancer: async () => ({ dnsName: stack.dnsName }),
      findTargetGroup: async () => ({ arn: "group" }),
      targetHealth: async () => [{ instanceId: "i-1", port: 80, state: well() ? "healthy" : "unhealthy" }],
    },
  };
  return { done, stack, ports: ports as unknown as Ports };
}

function start(it = world()) {
  const directory = temporaryDirectory();
  const controller = new AbortController();
  const step = toyStep("alb", [], new ToyCloud());
  const session = openToySession(directory, [step], controller, it.ports);
  session.recordOf("alb").output = {
    url: "http://own.example",
    dnsName: "own.example",
    loadBalancerArn: "balancer",
    targetGroupArn: "group",
    interfaceDescription: "ELB",
  };
  return { ...it, directory, controller, ctx: session.contextFor(step), session };
}

describe("a drill", () => {
  it("kills, lets systemd put it right, and tells what visitors saw", async () => {
    const { ctx, done, directory } = start();
    const { figures, restoredBy, hosts, columns } = await runDrill(ctx, request);
    expect(restoredBy).toBe("itself");
    expect(figures.requests).toBe(48);
    expect(figures.failed).toBeGreaterThan(5);
    expect(figures.failures).toEqual({ "502": figures.failed });
    expect(figures.replacedMs).toBe(1500);
    expect(figures.healthyAgainMs).toBeGreaterThan(0);
    expect(hosts).toEqual(["ip-10-5-1-10 a"]);
    const shown = columns.reduce((sum, { answered, failed }) => sum + failed + (answered[0] ?? 0), 0);
    expect(shown).toBe(48);
    expect(done.indexOf("kill-puma")).toBe(0);
    expect(readState(directory)).not.toHaveProperty("undo");
  });

  it("puts back what does not come back by itself, and says who did", async () => {
    const { ctx, stack, done } = start(world({ comesBack: false }));
    const { figures, restoredBy } = await runDrill(ctx, request);
    expect([restoredBy, figures.replacedMs, stack.puma]).toEqual(["drill", null, true]);
    expect(figures.healthyAgainMs).toBeGreaterThan(0);
    expect(done).toContain("start-puma");
  });

  it("stops a host, and starts it again where nobody replaces it", async () => {
    const { ctx, stack, done } = start();
    const { figures, restoredBy } = await runDrill(ctx, { ...request, kind: "host" });
    expect([restoredBy, stack.instance, figures.replacedMs]).toEqual(["drill", "running", null]);
    expect(figures.outOfRotationMs).not.toBeNull();
    expect(done.slice(0, 4)).toEqual(["stop", "start", "running", "online"]);
  });

  it("puts it back when it is interrupted, and has it in the state until then", async () => {
    const { ctx, controller, stack, directory, ports } = start(world({ comesBack: false }));
    const kill = ports.shell.run.bind(ports.shell);
    let seen: unknown;
    ports.shell.run = async (id, script, options) => {
      if (script.name === "kill-puma") {
        seen = readState(directory)?.undo?.[0]?.action;
        setTimeout(() => controller.abort(), 50);
      }
      return kill(id, script, options);
    };
    await expect(runDrill(ctx, { ...request, seconds: 6 })).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(seen).toEqual({ kind: "unit", instanceId: "i-1", unit: "puma.service" });
    expect(stack.puma).toBe(true);
    expect(readState(directory)).not.toHaveProperty("undo");
  }, 30_000);

  it("asks by https as the page's visitors do, and only the load balancer", async () => {
    const it = world();
    const seen = new Set<string>();
    const ask = it.ports.http.request.bind(it.ports.http);
    it.ports.http.request = async (url, options) => {
      seen.add(`${url} by ${options?.route?.connectTo} as ${options?.route?.serverName}`);
      return ask(url, options);
    };
    const certificates = { find: async () => ({ fingerprint: "AB" }) };
    Object.assign(it.ports, { certificates });
    const { ctx, session } = start(it);
    Object.assign(session.recordOf("alb").output ?? {}, {
      url: "https://page.example",
      certificate: { arn: "certificate", names: ["page.example"] },
    });
    expect((await runDrill(ctx, request)).restoredBy).toBe("itself");
    expect([...seen]).toEqual(["https://page.example/ by own.example as page.example"]);
  });

  it.each([
    ["another address than the load balancer's", (stack: { dnsName: string }) => (stack.dnsName = "other.example")],
    ["a target that is not well", (stack: { puma: boolean }) => (stack.puma = false)],
  ])("does not begin with %s", async (_what, spoil) => {
    const { ctx, stack, done } = start();
    spoil(stack);
    await expect(runDrill(ctx, request)).rejects.toMatchObject({ code: "DRILL_REFUSED" });
    expect(done).toEqual([]);
  });
});
