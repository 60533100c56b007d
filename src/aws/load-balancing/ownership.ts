import type { LocalizedText } from "../../text.ts";
import type { Clients } from "../clients.ts";
import { nameTaken } from "../name-taken.ts";
import { stackTag } from "../tags.ts";

/** Names are unique per account and region, so one of ours may be taken: what carries no tag of this stack stays untouched. */
export async function requireOurs(
  clients: Pick<Clients, "elbv2">,
  stack: string,
  resource: { readonly arn: string; readonly name: string; readonly kind: LocalizedText },
): Promise<void> {
  const owner = await ownerOf(clients, resource.arn);
  if (owner === stack) return;
  throw nameTaken(resource.kind, resource.name, resource.arn, owner);
}

/** The stack whose tag it carries, if any. */
export async function ownerOf(clients: Pick<Clients, "elbv2">, arn: string): Promise<string | undefined> {
  const { DescribeTagsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const answer = await (await clients.elbv2()).send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  return answer.TagDescriptions?.[0]?.Tags?.find(({ Key }) => Key === stackTag)?.Value;
}
