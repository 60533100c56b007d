import type { SweepAnswer } from "../../ports/sweep.ts";
import type { Clients } from "../clients.ts";
import { stackTag } from "../tags.ts";
import { isAwsError } from "../translate-error.ts";
import { everyPage, foundAs, noteRefusal, question, type Note } from "./question.ts";

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/**
 * IAM has no filter by tag, and accounts have hundreds of roles: all names are listed, and the tags of those read that
 * begin as ours do, with the stack's name.
 */
export async function askIam(clients: Pick<Clients, "iam">, stack: string): Promise<SweepAnswer[]> {
  const { paginateListRoles, ListRoleTagsCommand, paginateListInstanceProfiles, ListInstanceProfileTagsCommand } =
    await import("@aws-sdk/client-iam");
  const client = await clients.iam();

  const tagged = async (
    note: Note,
    operation: string,
    names: readonly (string | undefined)[],
    tagsOf: (name: string) => Promise<{ Tags: Tag[] | undefined; $metadata: { requestId?: string } }>,
  ): Promise<string[]> => {
    const ours: string[] = [];
    for (const name of names) {
      if (!name?.startsWith(`${stack}-`)) continue;
      try {
        const { Tags = [] } = note(operation, await tagsOf(name));
        if (Tags.some(({ Key, Value }) => Key === stackTag && Value === stack)) ours.push(name);
      } catch (error) {
        if (!isAwsError(error, "NoSuchEntity", "NoSuchEntityException")) throw error;
        noteRefusal(note, operation, error);
      }
    }
    return ours;
  };

  return Promise.all([
    question("iam", "roles", async (note) => {
      const roles = await everyPage(note, "ListRoles", paginateListRoles({ client }, {}), (page) => page.Roles);
      const ours = await tagged(
        note,
        "ListRoleTags",
        roles.map(({ RoleName }) => RoleName),
        (RoleName) => client.send(new ListRoleTagsCommand({ RoleName, MaxItems: 100 })),
      );
      return ours.map(foundAs("iam:role"));
    }),
    question("iam", "instance-profiles", async (note) => {
      const pages = paginateListInstanceProfiles({ client }, {});
      const profiles = await everyPage(note, "ListInstanceProfiles", pages, (page) => page.InstanceProfiles);
      const ours = await tagged(
        note,
        "ListInstanceProfileTags",
        profiles.map(({ InstanceProfileName }) => InstanceProfileName),
        (InstanceProfileName) =>
          client.send(new ListInstanceProfileTagsCommand({ InstanceProfileName, MaxItems: 100 })),
      );
      return ours.map(foundAs("iam:instance-profile"));
    }),
  ]);
}
