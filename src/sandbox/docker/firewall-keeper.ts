import { join } from "node:path";
import type Docker from "dockerode";
import { JsonStore } from "../json-store.ts";
import type { FirewallMember, FirewallRules } from "../runtime.ts";
import { applianceAddressOf, parseRange } from "./addresses.ts";
import type { DockerContext } from "./context.ts";
import { unlessMissing } from "./engine.ts";
import { answersMark, closedFirewall, nftRuleset, returnRoutes } from "./firewall.ts";
import { fromLabels, labels } from "./names.ts";
import { readSplit } from "./streams.ts";

/** Filter first, route last: the route is what a starting host waits for. */
const protectScript = `set -e
for address in $3; do ip address replace "$address" dev eth0; done
# What came through a member that keeps its clients' addresses is answered through it.
for path in $4; do
  mark=\${path%%=*}
  ip route replace default via "\${path#*=}" dev eth0 table "$mark"
  ip rule list | grep -qw "lookup $mark" || ip rule add fwmark "$mark" lookup "$mark"
done
# Answers to connections that were made under others' addresses are taken in.
if [ -n "$5" ]; then
  ip route replace local default dev lo table "$5"
  ip rule list | grep -qw "lookup $5" || ip rule add fwmark "$5" lookup "$5"
fi
printf %s "$1" | nft -f -
ip route replace 169.254.169.254/32 via "$2"
echo applied`;

/** Remembers each member's packet filter and puts it into the member's network namespace. */
export class FirewallKeeper {
  private readonly store: JsonStore<{ rules: Record<string, FirewallRules> }>;
  /** One helper per container at a time, so that the last rules win. */
  private readonly queues = new Map<string, Promise<void>>();

  constructor(home: string) {
    this.store = new JsonStore(join(home, "firewalls.json"), { rules: {} });
  }

  async remember(member: FirewallMember, rules: FirewallRules): Promise<void> {
    // Only noted: what holds is what EC2 has on record, and a filter must not stay open because a disk is full.
    await this.store.note(() => (this.store.data.rules[keyOf(member)] = rules));
  }

  async forget(member: FirewallMember): Promise<void> {
    if (!(keyOf(member) in this.store.data.rules)) return;
    await this.store.note(() => delete this.store.data.rules[keyOf(member)]);
  }

  /** Gives a running container its filter, its further addresses and its route to the appliance. Nothing to do for a stopped one. */
  protect(context: DockerContext, containerName: string): Promise<void> {
    const before = this.queues.get(containerName) ?? Promise.resolve();
    const work = before.catch(() => {}).then(() => this.protectNow(context, containerName));
    this.queues.set(containerName, work);
    return work.finally(() => {
      if (this.queues.get(containerName) === work) this.queues.delete(containerName);
    });
  }

  private async protectNow(context: DockerContext, containerName: string): Promise<void> {
    const container = await runningContainer(context.docker, containerName);
    if (!container) return;
    const member = fromLabels(container.Config.Labels);
    if (member?.role !== "host" && member?.role !== "load-balancer" && member?.role !== "database") return;
    const key = keyOf({ kind: member.role, id: member.id });
    const rules = this.store.data.rules[key] ?? closedFirewall(member.vpcCidr);
    const { prefix } = parseRange(member.vpcCidr);
    const further = member.privateIps.slice(1).map((address) => `${address}/${prefix}`);
    const argv = [
      "sh",
      nftRuleset(rules, member.privateIps),
      applianceAddressOf(member.vpcCidr),
      further.join(" "),
      returnRoutes(rules).join(" "),
      rules.takesAnswers ? answersMark : "",
    ];
    try {
      await runHelper(context, container.Id, argv);
    } catch (error) {
      // It stopped meanwhile: its next start applies the rules.
      if (!(await runningContainer(context.docker, containerName))) return;
      throw error;
    }
  }
}

/** A short container in the namespace of another: the host itself must not be able to change its own filter. */
async function runHelper(context: DockerContext, containerId: string, argv: readonly string[]): Promise<void> {
  const helper = await context.docker.createContainer({
    Image: context.images.appliance,
    Cmd: ["sh", "-c", protectScript, ...argv],
    Labels: { [labels.sandbox]: context.sandboxId, [labels.role]: "helper" },
    HostConfig: {
      NetworkMode: `container:${containerId}`,
      CapDrop: ["ALL"],
      CapAdd: ["NET_ADMIN"],
      AutoRemove: true,
    },
  });
  try {
    const stream = await helper.attach({ stream: true, stdout: true, stderr: true });
    await helper.start();
    const { stdout, stderr } = await readSplit(stream);
    if (!stdout.toString().includes("applied")) {
      throw new Error(`The packet filter was refused: ${stderr.toString().trim()}`);
    }
  } catch (error) {
    // AutoRemove only removes what was started.
    await helper.remove({ force: true }).catch(() => {});
    throw error;
  }
}

async function runningContainer(docker: Docker, name: string): Promise<Docker.ContainerInspectInfo | undefined> {
  const container = await unlessMissing(docker.getContainer(name).inspect());
  return container?.State.Running ? container : undefined;
}

function keyOf(member: FirewallMember): string {
  return `${member.kind}:${member.id}`;
}
