import type { RefreshPreferences } from "@aws-sdk/client-auto-scaling";
import { invalid, notSupported } from "./errors.ts";
import type { GroupRecord, RefreshPreferencesRecord } from "./records.ts";

export function preferencesFrom(given: RefreshPreferences, group: GroupRecord): RefreshPreferencesRecord {
  if (given.CheckpointPercentages?.length || given.CheckpointDelay) throw notSupported("checkpoints");
  if (given.AlarmSpecification?.Alarms?.length) throw notSupported("alarms");
  const { MinHealthyPercentage: min = 90, MaxHealthyPercentage: max = 100 } = given;
  if (min < 0 || min > 100) throw invalid("MinHealthyPercentage must be between 0 and 100");
  if (max < 100 || max > 200) throw invalid("MaxHealthyPercentage must be between 100 and 200");
  if (given.MaxHealthyPercentage !== undefined && max - min > 100) {
    throw invalid("The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100");
  }
  return {
    minHealthyPercentage: min,
    maxHealthyPercentage: max,
    warmupSeconds: given.InstanceWarmup ?? group.warmupSeconds ?? group.graceSeconds,
    bakeSeconds: given.BakeTime ?? 0,
    skipMatching: given.SkipMatching ?? false,
    autoRollback: given.AutoRollback ?? false,
    isProtectedIncluded: given.ScaleInProtectedInstances ?? "Wait",
  };
}
