import {
  DescribeCertificate$,
  type DescribeCertificateCommandInput,
  type DescribeCertificateCommandOutput,
} from "@aws-sdk/client-acm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { getCertificate } from "../find.ts";
import { certificateOutput } from "../outputs.ts";

export const describeCertificate = action(
  DescribeCertificate$,
  (input: DescribeCertificateCommandInput, { world }): ActionOutput<DescribeCertificateCommandOutput> => ({
    Certificate: certificateOutput(world, getCertificate(world, input.CertificateArn)),
  }),
);
