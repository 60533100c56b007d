import type { Clients } from "../clients.ts";
import { createGroups } from "../auto-scaling/groups.ts";

/** Hosts that a group launches later get the tag from it. */
export async function tagGroups(
  clients: Pick<Clients, "autoScaling">,
  stack: string,
  tag: { readonly Key: string; readonly Value: string },
): Promise<void> {
  const { CreateOrUpdateTagsCommand } = await import("@aws-sdk/client-auto-scaling");
  const own = { ResourceType: "auto-scaling-group", PropagateAtLaunch: true };
  for (const { name, isLeaving } of await createGroups(clients).findGroups(stack)) {
    if (isLeaving) continue;
    const Tags = [{ ...own, ...tag, ResourceId: name }];
    await (await clients.autoScaling()).send(new CreateOrUpdateTagsCommand({ Tags }));
  }
}
