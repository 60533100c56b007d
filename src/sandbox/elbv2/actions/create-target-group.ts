import {
  CreateTargetGroup$,
  type CreateTargetGroupCommandInput,
  type CreateTargetGroupCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isDeepStrictEqual } from "node:util";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { targetGroupDefaults } from "../attributes.ts";
import { checkName, checkPort } from "../checks.ts";
import { invalid, missing } from "../errors.ts";
import { defaultHealthCheck, healthCheckSettings } from "../health-check-settings.ts";
import { targetGroupOutput } from "../outputs.ts";
import { newSuffix, type TargetGroupRecord } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";

/** The same target group again is returned as it is; another one of its name is refused. */
export const createTargetGroup = action(
  CreateTargetGroup$,
  async (
    input: CreateTargetGroupCommandInput,
    { world, region },
  ): Promise<ActionOutput<CreateTargetGroupCommandOutput>> => {
    const { elbv2 } = world;
    const { TargetType: targetType = "instance", Protocol, ProtocolVersion } = input;
    const name = checkName("Target group", input.Name);
    if (targetType !== "instance" && targetType !== "ip") {
      throw invalid(`The sandbox does not support targets of type '${targetType}'`);
    }
    if (!Protocol) throw missing("protocol");
    const isKnown = Protocol === "HTTP" ? (ProtocolVersion ?? "HTTP1") === "HTTP1" : ProtocolVersion === undefined;
    if ((Protocol !== "HTTP" && Protocol !== "TCP") || !isKnown) {
      const what = [`'${Protocol}'`, ProtocolVersion].filter(Boolean).join(" ");
      throw invalid(`The sandbox does not support target groups of protocol ${what}`);
    }
    const vpcId = input.VpcId ?? "";
    if (!world.ec2.data.vpcs[vpcId]) throw invalid(`The VPC ID '${vpcId}' is not found`);
    checkTags(input.Tags);
    const settings = {
      protocol: Protocol,
      ...(Protocol === "HTTP" ? { protocolVersion: "HTTP1" as const } : {}),
      port: checkPort(input.Port),
      vpcId,
      targetType,
      healthCheck: healthCheckSettings(input, defaultHealthCheck(Protocol, input.HealthCheckProtocol), Protocol),
    };

    const present = Object.values(elbv2.data.targetGroups).find((group) => group.name === name);
    if (present) {
      const { arn: _arn, name: _name, targets: _targets, attributes: _attributes, ...presentSettings } = present;
      await elbv2.settled();
      if (isDeepStrictEqual(presentSettings, settings)) return { TargetGroups: [targetGroupOutput(world, present)] };
      const message = `A target group with the same name '${name}' exists, but with different settings`;
      throw new AwsError("DuplicateTargetGroupName", message);
    }

    const record: TargetGroupRecord = {
      arn: `arn:aws:elasticloadbalancing:${region}:${world.account}:targetgroup/${name}/${newSuffix()}`,
      name,
      ...settings,
      targets: [],
      attributes: targetGroupDefaults(Protocol, targetType),
    };
    elbv2.data.targetGroups[record.arn] = record;
    setTags(elbv2.data, record.arn, input.Tags);
    await elbv2.save();
    return { TargetGroups: [targetGroupOutput(world, record)] };
  },
);
