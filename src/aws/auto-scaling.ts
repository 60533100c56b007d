import type { AutoScaling } from "../ports/auto-scaling.ts";
import { createEnds } from "./auto-scaling/ends.ts";
import { createGroups } from "./auto-scaling/groups.ts";
import { createLaunchTemplates } from "./auto-scaling/launch-templates.ts";
import { createRefreshes } from "./auto-scaling/refreshes.ts";
import type { Clients } from "./clients.ts";

/** The Auto Scaling port over the SDK. */
export function createAutoScaling(clients: Pick<Clients, "autoScaling" | "ec2">): AutoScaling {
  return {
    ...createEnds(clients),
    ...createGroups(clients),
    ...createLaunchTemplates(clients),
    ...createRefreshes(clients),
  };
}
