import { randomUUID } from "node:crypto";
import {
  RequestCertificate$,
  type RequestCertificateCommandInput,
  type RequestCertificateCommandOutput,
} from "@aws-sdk/client-acm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { issue, newKey } from "../authority.ts";
import { invalid } from "../errors.ts";
import type { CertificateRecord } from "../store.ts";
import { checkTags, setTags } from "../tags.ts";

const domain = /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/;

/** Issues at once; AWS waits for the domain's proof. Names under `.invalid` (RFC 2606), which no proof can exist for, wait for ever. */
export const requestCertificate = action(
  RequestCertificate$,
  async (
    input: RequestCertificateCommandInput,
    { world, region },
  ): Promise<ActionOutput<RequestCertificateCommandOutput>> => {
    const { acm, now } = world;
    const names = [
      ...new Set([input.DomainName ?? "", ...(input.SubjectAlternativeNames ?? [])].map((it) => it.toLowerCase())),
    ];
    for (const name of names) if (!domain.test(name)) throw invalid(`${name} is not a valid domain name.`);
    const keyAlgorithm = (input.KeyAlgorithm ?? "RSA_2048").replace("RSA-", "RSA_");
    checkTags(input.Tags);
    const privateKey = await newKey(keyAlgorithm);
    const again = Object.values(acm.data.certificates).find(
      ({ idempotencyToken, domainName }) =>
        idempotencyToken !== undefined && idempotencyToken === input.IdempotencyToken && domainName === names[0],
    );
    if (again) {
      await acm.settled();
      return { CertificateArn: again.arn };
    }
    const waits = names.some((name) => name.endsWith(".invalid"));
    const issued = waits ? {} : issue(acm.data, names, privateKey, now());
    const at = now().toISOString();
    const record: CertificateRecord = {
      arn: `arn:aws:acm:${region}:${world.account}:certificate/${randomUUID()}`,
      type: "AMAZON_ISSUED",
      status: waits ? "PENDING_VALIDATION" : "ISSUED",
      domainName: names[0] ?? "",
      names,
      keyAlgorithm,
      createdAt: at,
      ...(waits ? {} : { issuedAt: at }),
      ...issued,
      idempotencyToken: input.IdempotencyToken,
      validationMethod: input.ValidationMethod === "DNS" ? "DNS" : "EMAIL",
    };
    acm.data.certificates[record.arn] = record;
    setTags(acm.data, record.arn, input.Tags);
    await acm.save();
    return { CertificateArn: record.arn };
  },
);
