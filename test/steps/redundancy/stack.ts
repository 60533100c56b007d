import type { Ports } from "../../../src/ports/index.ts";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";
import type { Session } from "../../../src/engine/session.ts";
import { applyAndRecord } from "../../../src/engine/run-step.ts";
import { alb } from "../../../src/steps/alb.ts";
import { ec2 } from "../../../src/steps/ec2.ts";
import { redundancy } from "../../../src/steps/redundancy.ts";
import type { Step } from "../../../src/steps/step.ts";
import { statistics, type FakeServer } from "../../sandbox/elbv2/support.ts";
import { startStage, type Stage } from "../../support/stage.ts";

/** A stack with its first host and load balancer on the sandbox's API; only the machines are stand-ins. */
export interface GroupStack extends Stage {
  /** "SCRIPT on INSTANCE" of all that ran. */
  readonly ran: string[];
  /** Instances that the load balancer finds ill. */
  readonly ill: Set<string>;
  readonly session: Session;
  apply(hosts?: number): Promise<void>;
}

export async function startGroupStack(): Promise<GroupStack> {
  const stage = await startStage();
  const ran: string[] = [];
  const ill = new Set<string>();
  const { ports } = stage;
  const standIns: Ports = {
    ...ports,
    shell: {
      online: async (ids) => [...ids],
      waitUntilOnline: async () => {},
      async run(instanceId, { name }) {
        ran.push(`${name} on ${instanceId}`);
        return { instanceId, commandId: "c", exitCode: 0, stdout: "", stderr: "", durationMs: 1 };
      },
      runOnAll: async (ids) =>
        ids.map((instanceId) => ({ instanceId, commandId: "c", exitCode: 0, stdout: "", stderr: "", durationMs: 1 })),
    },
  };
  Object.assign(stage, { ports: standIns });
  // What the sandbox waits for (draining, warm-up, baking) goes by the same clock as what the step waits for.
  Object.assign(stage.sandbox.world, { now: () => new Date(Date.now() + stage.waitedMs()) });
  const { world, runtime } = stage.sandbox;
  runtime.onLoadBalancerCommand = (_id, command) => {
    if (command !== "show stat") return "";
    const servers = Object.values(world.elbv2.data.targetGroups).flatMap(({ arn, targets }) =>
      targets.map(({ id }): [string, FakeServer] => [
        `${arn.split("/").slice(-2).join("-")}/${world.ec2.instance(id)?.privateIp}`,
        ill.has(id) ? { status: "DOWN", check: "L4CON" } : { check: "L7OK", code: 200 },
      ]),
    );
    return statistics(Object.fromEntries(servers));
  };
  stage.onSleep = () => lookAtAll(stage.sandbox.world);
  const session = stage.openSession();
  const carryOut = async (step: Step): Promise<void> => {
    await applyAndRecord(session, step, session.contextFor(step));
    session.recordOf(step.name).status = "done";
  };
  await carryOut(ec2);
  await carryOut(alb);
  return Object.assign(stage, {
    ran,
    ill,
    session,
    async apply(hosts?: number) {
      Object.assign(session.settings, { hosts });
      await carryOut(redundancy);
    },
  });
}
