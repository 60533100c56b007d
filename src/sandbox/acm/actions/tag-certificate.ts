import {
  AddTagsToCertificate$,
  ListTagsForCertificate$,
  RemoveTagsFromCertificate$,
  type AddTagsToCertificateCommandInput,
  type ListTagsForCertificateCommandInput,
  type ListTagsForCertificateCommandOutput,
  type RemoveTagsFromCertificateCommandInput,
} from "@aws-sdk/client-acm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getCertificate } from "../find.ts";
import { setTags, tagList } from "../tags.ts";

export const addTagsToCertificate = action(
  AddTagsToCertificate$,
  async (input: AddTagsToCertificateCommandInput, { world }): Promise<Record<string, never>> => {
    const { arn } = getCertificate(world, input.CertificateArn);
    setTags(world.acm.data, arn, input.Tags);
    await world.acm.save();
    return {};
  },
);

export const removeTagsFromCertificate = action(
  RemoveTagsFromCertificate$,
  async (input: RemoveTagsFromCertificateCommandInput, { world }): Promise<Record<string, never>> => {
    const { arn } = getCertificate(world, input.CertificateArn);
    const present = world.acm.data.tags[arn] ?? {};
    for (const { Key = "", Value } of input.Tags ?? []) {
      // With a value only the tag that has it goes.
      if (Value === undefined || present[Key] === Value) delete present[Key];
    }
    await world.acm.save();
    return {};
  },
);

export const listTagsForCertificate = action(
  ListTagsForCertificate$,
  (input: ListTagsForCertificateCommandInput, { world }): ActionOutput<ListTagsForCertificateCommandOutput> => ({
    Tags: tagList(world.acm.data, getCertificate(world, input.CertificateArn).arn),
  }),
);
