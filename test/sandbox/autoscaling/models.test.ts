import { ACMClient } from "@aws-sdk/client-acm";
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeLoadBalancerTargetGroupsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScheduledActionsCommand,
  DescribeTagsCommand,
  SetDesiredCapacityCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { RDSClient } from "@aws-sdk/client-rds";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { expect, it, onTestFinished } from "vitest";
import { lookAtAll } from "../../../src/sandbox/autoscaling/keeper.ts";
import { autoScalingService } from "../../../src/sandbox/autoscaling/service.ts";
import { createWorld, sandboxServices } from "../../../src/sandbox/create-world.ts";
import { holdAgainstModels } from "../../support/api-models.ts";
import { awscli } from "../../support/awscli.ts";
import { FakeRuntime, hostResult } from "../../support/fake-runtime.ts";
import { startTestSandbox } from "../../support/sandbox.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";
import { WireRecorder } from "../../support/wire-recorder.ts";
import { lifeOfAStack } from "../durability/life-of-a-stack.ts";

/** Debian's botocore of 2022 did not have these yet. */
const newer = "autoscaling:RollbackInstanceRefresh";
const newerStatus = "is 'RollbackInProgress', none of";

/** What came with images, launch templates and groups. */
const wanted = new Set([
  ...autoScalingService.actions.map(({ name }) => `autoscaling:${name}`).filter((it) => it !== newer),
  ...["CreateImage", "DeregisterImage", "DescribeImages", "DeleteSnapshot", "DescribeSnapshots"].map(
    (it) => `ec2:${it}`,
  ),
  ...["Create", "Modify", "Delete"].map((verb) => `ec2:${verb}LaunchTemplate`),
  ...["CreateLaunchTemplateVersion", "DeleteLaunchTemplateVersions"].map((it) => `ec2:${it}`),
  ...["DescribeLaunchTemplates", "DescribeLaunchTemplateVersions"].map((it) => `ec2:${it}`),
]);

it(
  "speaks as botocore's models of EC2 and Auto Scaling have it, and as the AWS CLI reads it",
  { timeout: 120_000 },
  async () => {
    const home = temporaryDirectory();
    const runtime = new FakeRuntime();
    runtime.onExec = (_id, { argv }) => (argv[0] === "systemctl" ? hostResult(0) : new Promise(() => {}));
    const stores = () => createWorld({ home, runtime, log: () => {} });
    const sandbox = await startTestSandbox({ services: sandboxServices, stores, runtime, home });
    const recorder = new WireRecorder();
    const config = sandbox.clientConfig();
    const clients = {
      acm: new ACMClient(config),
      auto: new AutoScalingClient(config),
      ec2: new EC2Client(config),
      elb: new ElasticLoadBalancingV2Client(config),
      iam: new IAMClient(config),
      rds: new RDSClient(config),
      s3: new S3Client(config),
      ssm: new SSMClient(config),
      sts: new STSClient(config),
    };
    onTestFinished(async () => {
      recorder.stop();
      Object.values(clients).forEach((client) => client.destroy());
      await sandbox.world.ec2.transitions.idle();
      await sandbox.stop();
    });
    const { auto, ec2 } = clients;
    const seenByCli: unknown[] = [];
    const everything = async (): Promise<void> => {
      await auto.send(new DescribeAutoScalingGroupsCommand({}));
      await auto.send(new DescribeAutoScalingInstancesCommand({}));
      await auto.send(new DescribeScalingActivitiesCommand({}));
      await auto.send(new DescribeScheduledActionsCommand({}));
      await auto.send(new DescribeTagsCommand({}));
      await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
      await ec2.send(new DescribeSnapshotsCommand({}));
      await ec2.send(new DescribeLaunchTemplatesCommand({}));
      await ec2.send(new DescribeLaunchTemplateVersionsCommand({ Versions: ["$Latest"] }));
      const AutoScalingGroupName = "web";
      if (!(AutoScalingGroupName in sandbox.world.autoscaling.data.groups)) return;
      await auto.send(new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }));
      await auto.send(new DescribeLoadBalancerTargetGroupsCommand({ AutoScalingGroupName }));
    };
    await lifeOfAStack(
      clients,
      async (send) => {
        const result = await send();
        await sandbox.world.rds.transitions.idle();
        await sandbox.world.ec2.transitions.idle();
        const { autoscaling, ec2: records } = sandbox.world;
        const { images, snapshots, launchTemplates } = records.data;
        const kinds = [autoscaling.data.groups, images, snapshots, launchTemplates];
        if (kinds.some((kind) => Object.keys(kind).length > 0)) await everything();
        return result;
      },
      async () => {
        for (let time = 0; time < 4; time += 1) {
          await lookAtAll(sandbox.world);
          await sandbox.world.ec2.transitions.idle();
        }
        seenByCli.push(await awscli(sandbox, "autoscaling", "describe-auto-scaling-groups"));
      },
    );
    const unknown = new SetDesiredCapacityCommand({ AutoScalingGroupName: "none", DesiredCapacity: 1 });
    await expect(auto.send(unknown)).rejects.toMatchObject({ name: "ValidationError" });

    expect(seenByCli[0]).toMatchObject({
      AutoScalingGroups: [{ AutoScalingGroupName: "web", Instances: [{ LifecycleState: "InService" }, {}] }],
    });
    const modelled = await holdAgainstModels(recorder.exchanges);
    const ours = modelled.filter(({ operation }) => wanted.has(operation));
    expect([...wanted].filter((name) => !ours.some(({ operation }) => operation === name))).toEqual([]);
    const problems = ours.flatMap((it) => [...it.request, ...it.response].map((what) => `${it.operation}: ${what}`));
    expect([...new Set(problems)].filter((it) => !it.includes(newerStatus))).toEqual([]);
  },
);
