import { z } from "zod";

export const redundancySchema = z.object({
  groupName: z.string(),
  launchTemplateId: z.string(),
  launchTemplateVersion: z.number().int().positive(),
  imageId: z.string(),
  /** Name of the parameter with the secret that signs cookies. */
  secretName: z.string(),
  /** How many were asked for. */
  hosts: z.number().int().positive(),
});

export type RedundancyOutput = z.infer<typeof redundancySchema>;
