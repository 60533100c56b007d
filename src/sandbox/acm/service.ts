import type { ServiceDefinition } from "../wire/action.ts";
import { deleteCertificate } from "./actions/delete-certificate.ts";
import { describeCertificate } from "./actions/describe-certificate.ts";
import { getCertificate } from "./actions/get-certificate.ts";
import { importCertificate } from "./actions/import-certificate.ts";
import { listCertificates } from "./actions/list-certificates.ts";
import { requestCertificate } from "./actions/request-certificate.ts";
import { addTagsToCertificate, listTagsForCertificate, removeTagsFromCertificate } from "./actions/tag-certificate.ts";

/** Certificate Manager: real certificates of an authority of the sandbox's own. What differs from AWS is in BEHAVIOUR.md. */
export const acmService: ServiceDefinition = {
  signingName: "acm",
  protocol: "awsJson1_1",
  version: "2015-12-08",
  xmlNamespace: "",
  target: "CertificateManager",
  actions: [
    addTagsToCertificate,
    deleteCertificate,
    describeCertificate,
    getCertificate,
    importCertificate,
    listCertificates,
    listTagsForCertificate,
    removeTagsFromCertificate,
    requestCertificate,
  ],
};
