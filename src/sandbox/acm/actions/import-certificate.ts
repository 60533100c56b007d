import { randomUUID } from "node:crypto";
import {
  ImportCertificate$,
  type ImportCertificateCommandInput,
  type ImportCertificateCommandOutput,
} from "@aws-sdk/client-acm";
import { action, type ActionOutput } from "../../wire/action.ts";
import { invalid } from "../errors.ts";
import { getCertificate } from "../find.ts";
import { readCertificate } from "../read-certificate.ts";
import { checkTags, setTags } from "../tags.ts";
import { settleUsers } from "../users.ts";

/** With an ARN it replaces what was imported before; the listeners that use it then serve the new one. */
export const importCertificate = action(
  ImportCertificate$,
  async (
    input: ImportCertificateCommandInput,
    { world, region },
  ): Promise<ActionOutput<ImportCertificateCommandOutput>> => {
    const { acm, now } = world;
    const [certificate, privateKey] = [pemOf(input.Certificate), pemOf(input.PrivateKey)];
    const chain = input.CertificateChain ? pemOf(input.CertificateChain) : undefined;
    const read = readCertificate(certificate, privateKey, now());
    const at = now().toISOString();
    if (input.CertificateArn !== undefined) {
      if (input.Tags?.length) throw invalid("Tags cannot be set when a certificate is imported again.");
      const record = getCertificate(world, input.CertificateArn);
      if (record.type !== "IMPORTED") throw invalid("Only an imported certificate can be imported again.");
      Object.assign(record, read, { certificate, privateKey, chain, issuedAt: at });
      await acm.save();
      settleUsers(world, record.arn);
      return { CertificateArn: record.arn };
    }
    checkTags(input.Tags);
    const arn = `arn:aws:acm:${region}:${world.account}:certificate/${randomUUID()}`;
    acm.data.certificates[arn] = {
      arn,
      type: "IMPORTED",
      status: "ISSUED",
      ...read,
      createdAt: at,
      issuedAt: at,
      certificate,
      privateKey,
      chain,
      validationMethod: "DNS",
    };
    setTags(acm.data, arn, input.Tags);
    await acm.save();
    return { CertificateArn: arn };
  },
);

const pemOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("utf8");
