import { describe, expect, it, onTestFinished } from "vitest";
import { connect } from "../../src/aws/connect.ts";
import { createClock } from "../../src/engine/interrupt.ts";
import { WorkLog } from "../../src/records/work-log.ts";
import { ec2Service } from "../../src/sandbox/ec2/service.ts";
import { createEc2Store } from "../../src/sandbox/ec2/store.ts";
import { ssmService } from "../../src/sandbox/ssm/service.ts";
import { createSsmStore } from "../../src/sandbox/ssm/store.ts";
import { stsService } from "../../src/sandbox/sts/service.ts";
import { startTestSandbox } from "../support/sandbox.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";

async function connected() {
  const sandbox = await startTestSandbox({
    services: [ec2Service, ssmService, stsService],
    stores: (home) => ({ ec2: createEc2Store(home), ssm: createSsmStore(home) }),
  });
  onTestFinished(() => sandbox.stop());
  const controller = new AbortController();
  const clock = createClock(controller.signal);
  const { region, endpoint, credentials } = sandbox.clientConfig();
  const workLog = new WorkLog(temporaryDirectory(), () => clock.now());
  const connection = await connect({ region, endpoint, credentials, clock, workLog, pollMs: 5 });
  onTestFinished(() => connection.close());
  const { network } = connection.ports;
  return { controller, network, vpcs: () => Object.values(sandbox.world.ec2.data.vpcs) };
}

const identity = { stack: "mine", step: "ec2", name: "vpc" } as const;

describe("an interruption", () => {
  it("lets the call in flight come to its end, and no other follow", async () => {
    const { controller, network, vpcs } = await connected();
    const inFlight = network.createVpc(identity, "10.5.0.0/16");
    // The request has left when the sandbox has it on record.
    while (vpcs().length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await inFlight).toMatchObject({ id: vpcs()[0]?.id });
    await expect(network.createVpc(identity, "10.6.0.0/16")).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expect(network.findVpc("mine")).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(vpcs()).toHaveLength(1);
  });
});
