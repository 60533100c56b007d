import type { LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import { getLaunchTemplate, getVersion } from "../ec2/launch-templates.ts";
import { AwsError } from "../wire/action.ts";
import type { World } from "../world.ts";
import { invalid } from "./errors.ts";
import type { TemplateReference } from "./records.ts";

/** A launch template that a request names, which must be there in that version. */
export function referenceOf(world: World, specification: LaunchTemplateSpecification): TemplateReference {
  try {
    const template = getLaunchTemplate(world.ec2, specification);
    const { Version: version = "$Default" } = specification;
    getVersion(template, version);
    return { id: template.id, name: template.name, version };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`You must use a valid fully-formed launch template. ${error.message}`);
  }
}

/** With the number that its version stands for now; undefined when it has been deleted. */
export function resolved(world: World, reference: TemplateReference): TemplateReference | undefined {
  try {
    const template = getLaunchTemplate(world.ec2, { LaunchTemplateId: reference.id });
    return { ...reference, version: String(getVersion(template, reference.version).number) };
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

export function isSame(one: TemplateReference, other: TemplateReference | undefined): boolean {
  return one.id === other?.id && one.version === other.version;
}

export function specificationOf({ id, name, version }: TemplateReference) {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}
