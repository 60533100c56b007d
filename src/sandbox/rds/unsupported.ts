import { parameterGroupOf, optionGroupOf } from "./catalogue.ts";
import { notSupported } from "./errors.ts";

/** What can be asked for when a database is made or changed and the sandbox has nothing for. */
interface Wishes {
  readonly DBClusterIdentifier?: string | undefined;
  readonly DBSecurityGroups?: readonly string[] | undefined;
  readonly DBParameterGroupName?: string | undefined;
  readonly OptionGroupName?: string | undefined;
  readonly ManageMasterUserPassword?: boolean | undefined;
  readonly EnableIAMDatabaseAuthentication?: boolean | undefined;
  readonly EnablePerformanceInsights?: boolean | undefined;
  readonly EnableCloudwatchLogsExports?: readonly string[] | undefined;
  readonly MonitoringInterval?: number | undefined;
  readonly MaxAllocatedStorage?: number | undefined;
  readonly DedicatedLogVolume?: boolean | undefined;
  readonly MultiTenant?: boolean | undefined;
  readonly Domain?: string | undefined;
  readonly NetworkType?: string | undefined;
}

/** Better a refusal that names it than a database that is not what was asked for. */
export function refuseUnsupported(input: Wishes, engineVersion: string): void {
  const wishes: Readonly<Record<string, boolean>> = {
    "DB clusters": input.DBClusterIdentifier !== undefined,
    "DB security groups": (input.DBSecurityGroups ?? []).length > 0,
    "parameter groups of one's own": isOther(input.DBParameterGroupName, parameterGroupOf(engineVersion)),
    "option groups of one's own": isOther(input.OptionGroupName, optionGroupOf(engineVersion)),
    "master passwords in Secrets Manager": input.ManageMasterUserPassword === true,
    "IAM database authentication": input.EnableIAMDatabaseAuthentication === true,
    "Performance Insights": input.EnablePerformanceInsights === true,
    "log exports": (input.EnableCloudwatchLogsExports ?? []).length > 0,
    "enhanced monitoring": (input.MonitoringInterval ?? 0) > 0,
    "storage autoscaling": input.MaxAllocatedStorage !== undefined,
    "dedicated log volumes": input.DedicatedLogVolume === true,
    "multi-tenant databases": input.MultiTenant === true,
    "directory domains": input.Domain !== undefined,
    "network types other than IPV4": isOther(input.NetworkType, "IPV4"),
  };
  for (const [what, isWanted] of Object.entries(wishes)) if (isWanted) throw notSupported(what);
}

const isOther = (wanted: string | undefined, own: string): boolean => wanted !== undefined && wanted !== own;
