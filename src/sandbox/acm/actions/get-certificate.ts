import {
  GetCertificate$,
  type GetCertificateCommandInput,
  type GetCertificateCommandOutput,
} from "@aws-sdk/client-acm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { getCertificate as find } from "../find.ts";

/** Never the private key: ACM gives it to nobody. */
export const getCertificate = action(
  GetCertificate$,
  (input: GetCertificateCommandInput, { world }): ActionOutput<GetCertificateCommandOutput> => {
    const { arn, certificate, chain } = find(world, input.CertificateArn);
    if (certificate === undefined) throw new AwsError("RequestInProgressException", `${arn} has not been issued yet.`);
    return { Certificate: certificate, CertificateChain: chain };
  },
);
