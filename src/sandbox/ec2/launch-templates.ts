import type {
  LaunchTemplateSpecification,
  RequestLaunchTemplateData,
  RunInstancesCommandInput,
  TagSpecification,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../wire/action.ts";
import { invalidCombination, missingParameter } from "./errors.ts";
import { getRecord, kinds } from "./find.ts";
import type { Ec2Data, LaunchTemplateRecord, LaunchTemplateVersionRecord } from "./records.ts";
import type { Ec2Store } from "./store.ts";
import { tagSet } from "./tags.ts";

/** By id or by name, one of which has to be given. */
export function getLaunchTemplate(
  { data }: Ec2Store,
  { LaunchTemplateId: id, LaunchTemplateName: name }: LaunchTemplateSpecification,
): LaunchTemplateRecord {
  if (id !== undefined && name !== undefined) {
    throw invalidCombination("Either provide launch template ID or launch template name to describe or launch.");
  }
  if (id !== undefined) return getRecord(data.launchTemplates, id, kinds.launchTemplate);
  if (name === undefined) throw missingParameter("LaunchTemplateId or LaunchTemplateName");
  const found = Object.values(data.launchTemplates).find((template) => template.name === name);
  if (found) return found;
  throw new AwsError(
    "InvalidLaunchTemplateName.NotFoundException",
    `The specified launch template, with template name ${name}, does not exist.`,
  );
}

/** `$Default` (also for none), `$Latest` or a number. */
export function getVersion(template: LaunchTemplateRecord, wanted = "$Default"): LaunchTemplateVersionRecord {
  const number = numberOf(template, wanted);
  const found = template.versions.find((version) => version.number === number);
  if (found) return found;
  throw new AwsError(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find launch template version ${wanted} for template ${template.id}.`,
  );
}

function numberOf(template: LaunchTemplateRecord, wanted: string): number {
  if (wanted === "$Default") return template.defaultVersion;
  return wanted === "$Latest" ? latestOf(template) : Number(wanted);
}

export const latestOf = ({ versions }: LaunchTemplateRecord): number => Math.max(...versions.map((it) => it.number));

export function templateShape(data: Ec2Data, template: LaunchTemplateRecord) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAt),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: latestOf(template),
    Tags: tagSet(data, template.id),
  };
}

export function versionShape(template: LaunchTemplateRecord, version: LaunchTemplateVersionRecord) {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: new Date(version.createdAt),
    CreatedBy: version.createdBy,
    DefaultVersion: version.number === template.defaultVersion,
    // What is asked for and what is shown have the same members, short of those that the sandbox does not keep.
    LaunchTemplateData: version.settings as object,
  };
}

/** A request as it is when its launch template is written into it, and the tags that say so on the instances. */
export function fromTemplate(
  store: Ec2Store,
  input: RunInstancesCommandInput,
): { readonly request: RunInstancesCommandInput; readonly tags: Readonly<Record<string, string>> } {
  const { LaunchTemplate: specification, ...own } = input;
  if (!specification) return { request: input, tags: {} };
  const template = getLaunchTemplate(store, specification);
  const { number, settings } = getVersion(template, specification.Version);
  const tags = { "aws:ec2launchtemplate:id": template.id, "aws:ec2launchtemplate:version": String(number) };
  return { request: merge(settings, own), tags };
}

/** What the request says wins: members one by one, devices by their name, tags by their key. */
function merge(settings: RequestLaunchTemplateData, own: RunInstancesCommandInput): RunInstancesCommandInput {
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const devices = [...(settings.BlockDeviceMappings ?? []), ...(own.BlockDeviceMappings ?? [])];
  const merged = {
    // What is asked for in a template has the same members as in a request.
    ...(settings as Partial<RunInstancesCommandInput>),
    ...given,
    MinCount: own.MinCount,
    MaxCount: own.MaxCount,
    BlockDeviceMappings: [...new Map(devices.map((it) => [it.DeviceName, it])).values()],
    MetadataOptions: {
      ...settings.MetadataOptions,
      ...own.MetadataOptions,
    } as RunInstancesCommandInput["MetadataOptions"],
    TagSpecifications: mergeTags([...(settings.TagSpecifications ?? []), ...(own.TagSpecifications ?? [])]),
  };
  return own.NetworkInterfaces === undefined ? placed(merged) : merged;
}

/** A subnet in the request is where the template's one network interface goes. */
function placed(request: RunInstancesCommandInput): RunInstancesCommandInput {
  const { SubnetId, ...rest } = request;
  if (SubnetId === undefined || !request.NetworkInterfaces) return request;
  return { ...rest, NetworkInterfaces: request.NetworkInterfaces.map((it) => ({ ...it, SubnetId })) };
}

function mergeTags(specifications: readonly TagSpecification[]): TagSpecification[] {
  const types = [...new Set(specifications.map(({ ResourceType }) => ResourceType))];
  return types.map((ResourceType) => {
    const all = specifications.filter((it) => it.ResourceType === ResourceType).flatMap(({ Tags }) => Tags ?? []);
    return { ResourceType, Tags: [...new Map(all.map((tag) => [tag.Key, tag])).values()] };
  });
}
