import { debianAmd64, debianArm64 } from "../ec2/images.ts";
import { AwsError } from "../wire/action.ts";
import { sandboxAccount } from "../world.ts";
import type { ParameterRecord } from "./records.ts";
import type { SsmStore } from "./store.ts";

const debianPath = "/aws/service/debian/release/13/latest";

/** Debian publishes the ids of its images as public parameters. */
const publicParameters: readonly ParameterRecord[] = [
  ["amd64", debianAmd64],
  ["arm64", debianArm64],
].map(([name = "", value = ""]) => ({
  name: `${debianPath}/${name}`,
  type: "String",
  value,
  version: 1,
  dataType: "aws:ec2:image",
  modifiedAt: "2025-08-09T00:00:00.000Z",
}));

export function listParameters({ data }: SsmStore): ParameterRecord[] {
  return [...publicParameters, ...Object.values(data.parameters)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By name, also as `name:version`. The sandbox keeps the latest version only. */
export function findParameter(store: SsmStore, given: string): ParameterRecord | undefined {
  const [, name = given, version] = /^(.*?)(?::(\d+))?$/.exec(given) ?? [];
  const found = listParameters(store).find((it) => it.name === name);
  if (!found || version === undefined || Number(version) === found.version) return found;
  throw new AwsError(
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
}

export function isReserved(name: string): boolean {
  return /^\/?(aws|ssm)/i.test(name);
}

export function parameterShape(parameter: ParameterRecord, region: string, decrypt = false) {
  const isPublic = parameter.name.startsWith("/aws/");
  const separator = parameter.name.startsWith("/") ? "" : "/";
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.type === "SecureString" && !decrypt ? sealed(parameter.value) : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.modifiedAt),
    ARN: `arn:aws:ssm:${region}:${isPublic ? "" : sandboxAccount}:parameter${separator}${parameter.name}`,
    DataType: parameter.dataType,
  };
}

/** As DescribeParameters shows it: without the value (and without the ARN, which older readers do not know). */
export function parameterMetadata(parameter: ParameterRecord, region: string) {
  const { Value: _, ARN: _arn, ...shape } = parameterShape(parameter, region);
  return {
    ...shape,
    Description: parameter.description,
    Tier: "Standard" as const,
    Policies: [],
    // The account's own key for Parameter Store, which SSM uses when none is named.
    KeyId: parameter.type === "SecureString" ? "alias/aws/ssm" : undefined,
  };
}

/** Something that is not the secret, as an encrypted value is not. */
function sealed(value: string): string {
  return Buffer.from(`sandbox-sealed:${value.length}`).toString("base64");
}
