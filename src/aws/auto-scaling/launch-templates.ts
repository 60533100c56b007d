import type { LaunchTemplate as Described, RequestLaunchTemplateData } from "@aws-sdk/client-ec2";
import type { AutoScaling, LaunchSettings, LaunchTemplate } from "../../ports/auto-scaling.ts";
import type { ResourceIdentity } from "../../ports/identity.ts";
import type { Clients } from "../clients.ts";
import { rootDeviceName } from "../compute/root-device.ts";
import { deletion } from "../deletion.ts";
import { collectPages, ofStack, tagsAsRecord } from "../filters.ts";
import { nameTaken } from "../name-taken.ts";
import { stackTag, tagList, tagsOf } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";

type Part = Pick<
  AutoScaling,
  | "findLaunchTemplate"
  | "findLaunchTemplates"
  | "createLaunchTemplate"
  | "createLaunchTemplateVersion"
  | "deleteLaunchTemplate"
>;

/** Which version to launch from, and what it is made of: on the template itself, so that one question tells it. */
const markTag = "lecture05:launch-mark";
const versionTag = "lecture05:launch-version";

const absent = [
  "InvalidLaunchTemplateId.NotFound",
  "InvalidLaunchTemplateName.NotFoundException",
  "InvalidLaunchTemplateId.NotFoundException",
];

export function createLaunchTemplates(clients: Pick<Clients, "ec2">): Part {
  const find = async (stack: string, name: string): Promise<LaunchTemplate | undefined> => {
    const { DescribeLaunchTemplatesCommand } = await import("@aws-sdk/client-ec2");
    // By a filter: a name that is asked for by itself and is not there is an error.
    const Filters = [{ Name: "launch-template-name", Values: [name] }];
    const answer = await (await clients.ec2()).send(new DescribeLaunchTemplatesCommand({ Filters }));
    const [found] = answer.LaunchTemplates ?? [];
    if (!found) return undefined;
    const owner = tagsAsRecord(found)[stackTag];
    if (owner === stack) return toLaunchTemplate(found);
    throw nameTaken({ en: "launch template", ja: "起動テンプレート" }, name, found.LaunchTemplateId ?? "", owner);
  };
  return {
    findLaunchTemplate: find,

    async findLaunchTemplates(stack) {
      const { paginateDescribeLaunchTemplates } = await import("@aws-sdk/client-ec2");
      const pages = paginateDescribeLaunchTemplates({ client: await clients.ec2() }, { Filters: ofStack(stack) });
      return (await collectPages(pages, (page) => page.LaunchTemplates)).map(toLaunchTemplate);
    },

    async createLaunchTemplate(identity, { name, mark, settings, clientToken }) {
      const { CreateLaunchTemplateCommand } = await import("@aws-sdk/client-ec2");
      const Tags = [...tagList(identity), { Key: markTag, Value: mark }, { Key: versionTag, Value: "1" }];
      const command = new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: launchData(identity, settings, await rootDeviceName(clients, settings.imageId)),
        ClientToken: clientToken,
        TagSpecifications: [{ ResourceType: "launch-template", Tags }],
      });
      try {
        const { LaunchTemplate } = await (await clients.ec2()).send(command);
        return { id: LaunchTemplate?.LaunchTemplateId ?? "", name, version: 1, mark };
      } catch (error) {
        if (!isAwsError(error, "InvalidLaunchTemplateName.AlreadyExistsException")) throw error;
        const found = await find(identity.stack, name);
        if (!found) throw error;
        return found;
      }
    },

    async createLaunchTemplateVersion(identity, template, { mark, settings }) {
      const { CreateLaunchTemplateVersionCommand, CreateTagsCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      const command = new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: template.id,
        LaunchTemplateData: launchData(identity, settings, await rootDeviceName(clients, settings.imageId)),
      });
      const version = (await ec2.send(command)).LaunchTemplateVersion?.VersionNumber ?? 0;
      // Only now is it the one to launch from; a version that nobody points to does no harm.
      const Tags = [
        { Key: markTag, Value: mark },
        { Key: versionTag, Value: String(version) },
      ];
      await ec2.send(new CreateTagsCommand({ Resources: [template.id], Tags }));
      return { ...template, version, mark };
    },

    async deleteLaunchTemplate(templateId) {
      const { DeleteLaunchTemplateCommand } = await import("@aws-sdk/client-ec2");
      const ec2 = await clients.ec2();
      return deletion(() => ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId: templateId })), ...absent);
    },
  };
}

/**
 * The same as a host that is launched by itself has, short of the subnet, which the group chooses, and of the end, which
 * is the group's: its tag comes from the group, and a host that shut itself down would only be replaced.
 */
function launchData(
  identity: ResourceIdentity,
  settings: LaunchSettings,
  rootDevice: string,
): RequestLaunchTemplateData {
  const tags = tagsOf({ ...identity, expiresAt: undefined });
  const ofInstances = { ...tags, ...settings.tags };
  return {
    ImageId: settings.imageId,
    InstanceType: settings.instanceType as NonNullable<RequestLaunchTemplateData["InstanceType"]>,
    IamInstanceProfile: { Name: settings.instanceProfileName },
    UserData: Buffer.from(settings.userData, "utf8").toString("base64"),
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        Groups: [...settings.groupIds],
        AssociatePublicIpAddress: true,
        DeleteOnTermination: true,
      },
    ],
    MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, HttpEndpoint: "enabled" },
    BlockDeviceMappings: [
      {
        DeviceName: rootDevice,
        Ebs: { Encrypted: true, VolumeType: "gp3", VolumeSize: settings.volumeSizeGib, DeleteOnTermination: true },
      },
    ],
    TagSpecifications: [
      { ResourceType: "instance", Tags: listOf(ofInstances) },
      ...(["volume", "network-interface"] as const).map((ResourceType) => ({ ResourceType, Tags: listOf(tags) })),
    ],
  };
}

const listOf = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function toLaunchTemplate(described: Described): LaunchTemplate {
  const tags = tagsAsRecord(described);
  return {
    id: described.LaunchTemplateId ?? "",
    name: described.LaunchTemplateName ?? "",
    version: Number(tags[versionTag] ?? 1),
    mark: tags[markTag] ?? "",
  };
}
