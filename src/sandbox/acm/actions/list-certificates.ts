import {
  ListCertificates$,
  type ListCertificatesCommandInput,
  type ListCertificatesCommandOutput,
} from "@aws-sdk/client-acm";
import { action, AwsError, type ActionOutput } from "../../wire/action.ts";
import { statusOf, summaryOutput } from "../outputs.ts";

const usualPage = 1000;

/** As ACM, it leaves out keys other than RSA 1024 and 2048 unless `Includes.keyTypes` names them. */
export const listCertificates = action(
  ListCertificates$,
  (input: ListCertificatesCommandInput, { world }): ActionOutput<ListCertificatesCommandOutput> => {
    const types: readonly string[] = input.Includes?.keyTypes ?? ["RSA_1024", "RSA_2048"];
    const statuses = input.CertificateStatuses;
    const found = Object.values(world.acm.data.certificates)
      .filter(({ keyAlgorithm }) => types.includes(keyAlgorithm))
      .filter((record) => !statuses?.length || statuses.includes(statusOf(world, record)))
      .sort((one, other) => one.arn.localeCompare(other.arn));
    const start = input.NextToken === undefined ? 0 : found.findIndex(({ arn }) => arn === input.NextToken);
    if (start < 0) throw new AwsError("InvalidArgsException", "The NextToken is not valid.");
    const end = start + (input.MaxItems ?? usualPage);
    return {
      CertificateSummaryList: found.slice(start, end).map((record) => summaryOutput(world, record)),
      NextToken: found[end]?.arn,
    };
  },
);
