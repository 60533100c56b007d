import { join } from "node:path";
import { JsonStore, type Persistence } from "../json-store.ts";
import type { AutoScalingData } from "./records.ts";

export interface AutoScalingStore extends Persistence {
  readonly data: AutoScalingData;
}

export function createAutoScalingStore(home: string): AutoScalingStore {
  const empty: AutoScalingData = { groups: {}, members: {}, tags: {}, activities: {}, refreshes: {}, scheduled: {} };
  const store = new JsonStore<AutoScalingData>(join(home, "autoscaling.json"), empty);
  return { data: store.data, ...store.persistence };
}
