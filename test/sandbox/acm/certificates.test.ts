import { X509Certificate } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ACMClient,
  AddTagsToCertificateCommand,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  GetCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
  type RequestCertificateCommandInput,
} from "@aws-sdk/client-acm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acmService } from "../../../src/sandbox/acm/service.ts";
import { createElbv2Store } from "../../../src/sandbox/elbv2/store.ts";
import { ownCertificate } from "../../support/own-certificate.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";

const stores = (home: string) => ({ elbv2: createElbv2Store(home) });
const domain = "www.example.test";
let sandbox: TestSandbox;
let acm: ACMClient;
let now: Date;

beforeEach(async () => {
  now = new Date();
  sandbox = await startTestSandbox({ services: [acmService], stores, now: () => now });
  acm = new ACMClient(sandbox.clientConfig());
});
afterEach(async () => {
  acm.destroy();
  await sandbox.stop();
});

async function request(overrides: Partial<RequestCertificateCommandInput> = {}): Promise<string> {
  const input = { DomainName: domain, KeyAlgorithm: "EC_prime256v1", ValidationMethod: "DNS", ...overrides } as const;
  return (await acm.send(new RequestCertificateCommand(input))).CertificateArn ?? "";
}

const describe = async (CertificateArn: string) =>
  (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate ?? {};

const importOne = async ({ certificate, privateKey }: { certificate: string; privateKey: string }, arn?: string) =>
  acm.send(
    new ImportCertificateCommand({
      CertificateArn: arn,
      Certificate: Buffer.from(certificate),
      PrivateKey: Buffer.from(privateKey),
    }),
  );

test.each(["RSA_2048", "EC_prime256v1", "EC_secp384r1"] as const)(
  "OpenSSL accepts a requested certificate (%s) for its names, as a server's",
  async (KeyAlgorithm) => {
    const arn = await request({ KeyAlgorithm, SubjectAlternativeNames: ["*.example.test"] });
    const { Certificate = "", CertificateChain = "" } = await acm.send(
      new GetCertificateCommand({ CertificateArn: arn }),
    );
    const [leaf, authority] = [join(sandbox.home, "leaf.pem"), join(sandbox.home, "authority.pem")];
    writeFileSync(leaf, Certificate);
    writeFileSync(authority, CertificateChain);
    const verify = (name: string): string =>
      execFileSync(
        "openssl",
        ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name, "-CAfile", authority, leaf],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      );
    expect(verify(domain)).toContain("OK");
    expect(verify("other.example.test")).toContain("OK");
    expect(() => verify("example.test")).toThrow("hostname mismatch");
  },
);

test("what DescribeCertificate tells is what is in the certificate", async () => {
  const arn = await request();
  const { Certificate = "" } = await acm.send(new GetCertificateCommand({ CertificateArn: arn }));
  const parsed = new X509Certificate(Certificate);
  const described = await describe(arn);
  expect(described).toMatchObject({
    CertificateArn: arn,
    DomainName: domain,
    SubjectAlternativeNames: [domain],
    Status: "ISSUED",
    Type: "AMAZON_ISSUED",
    KeyAlgorithm: "EC_prime256v1",
    Subject: `CN=${domain}`,
    Issuer: "lecture05 sandbox CA",
    InUseBy: [],
    NotBefore: new Date(parsed.validFrom),
    NotAfter: new Date(parsed.validTo),
  });
  expect(described.Serial?.replaceAll(":", "").toUpperCase()).toBe(parsed.serialNumber);
  expect(described.DomainValidationOptions?.[0]?.ResourceRecord?.Type).toBe("CNAME");
});

test("one authority signs all, also after a restart", async () => {
  const arns = [await request(), await request({ DomainName: "other.example.test" })];
  const again = await startTestSandbox({ services: [acmService], stores, home: sandbox.home });
  const client = new ACMClient(again.clientConfig());
  const chains = await Promise.all(
    arns.map(
      async (CertificateArn) => (await client.send(new GetCertificateCommand({ CertificateArn }))).CertificateChain,
    ),
  );
  client.destroy();
  await again.stop();
  expect(chains[0]).toContain("BEGIN CERTIFICATE");
  expect(new Set(chains).size).toBe(1);
});

test("the same token for the same domain is the same request", async () => {
  const arn = await request({ IdempotencyToken: "one" });
  expect(await request({ IdempotencyToken: "one" })).toBe(arn);
  expect(await request({ IdempotencyToken: "two" })).not.toBe(arn);
  expect(await request({ IdempotencyToken: "one", DomainName: "other.example.test" })).not.toBe(arn);
});

test("a name under .invalid waits for its proof for ever", async () => {
  const arn = await request({ DomainName: "www.example.invalid" });
  expect(await describe(arn)).toMatchObject({ Status: "PENDING_VALIDATION" });
  await expect(acm.send(new GetCertificateCommand({ CertificateArn: arn }))).rejects.toThrow("has not been issued");
});

test("a certificate expires by itself", async () => {
  const { CertificateArn: arn = "" } = await importOne(ownCertificate([domain], { untilSeconds: 100 }));
  expect(await describe(arn)).toMatchObject({ Status: "ISSUED" });
  now = new Date(now.getTime() + 110_000);
  expect(await describe(arn)).toMatchObject({ Status: "EXPIRED" });
});

test("an imported one is kept, and replaced under its ARN", async () => {
  const first = ownCertificate([domain, "example.test"]);
  const { CertificateArn: arn = "" } = await importOne(first);
  expect(await describe(arn)).toMatchObject({
    Type: "IMPORTED",
    DomainName: domain,
    SubjectAlternativeNames: [domain, "example.test"],
    KeyAlgorithm: "EC_prime256v1",
  });
  const second = ownCertificate(["new.example.test"]);
  expect((await importOne(second, arn)).CertificateArn).toBe(arn);
  expect((await acm.send(new GetCertificateCommand({ CertificateArn: arn }))).Certificate).toBe(second.certificate);
  const requested = await request();
  await expect(importOne(second, requested)).rejects.toThrow("Only an imported certificate");
});

test.each([
  [
    "a key of another",
    () => ({ ...ownCertificate([domain]), privateKey: ownCertificate([domain]).privateKey }),
    "match",
  ],
  ["one whose time is over", () => ownCertificate([domain], { fromSeconds: -60, untilSeconds: -1 }), "expired"],
  ["one whose time has not come", () => ownCertificate([domain], { fromSeconds: 60 }), "not valid yet"],
  ["no certificate", () => ({ ...ownCertificate([domain]), certificate: "hello" }), "PEM"],
  ["no key", () => ({ ...ownCertificate([domain]), privateKey: "hello" }), "private key"],
])("%s is not imported", async (_, make, message) => {
  await expect(importOne(make())).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining(message) as string,
  });
});

test("lists by page and status; keys other than RSA only when asked for", async () => {
  const rsa = await request({ KeyAlgorithm: "RSA_2048" });
  const curve = await request();
  const pending = await request({ DomainName: "a.invalid" });
  const list = async (input: object = {}) =>
    ((await acm.send(new ListCertificatesCommand(input))).CertificateSummaryList ?? []).map((it) => it.CertificateArn);
  expect(await list()).toEqual([rsa]);
  const Includes = { keyTypes: ["RSA_2048", "EC_prime256v1"] as const };
  expect(new Set(await list({ Includes }))).toEqual(new Set([rsa, curve, pending]));
  expect(await list({ Includes, CertificateStatuses: ["PENDING_VALIDATION"] })).toEqual([pending]);
  const { NextToken, CertificateSummaryList } = await acm.send(
    new ListCertificatesCommand({ Includes: { keyTypes: [...Includes.keyTypes] }, MaxItems: 2 }),
  );
  expect(CertificateSummaryList).toHaveLength(2);
  expect(await list({ Includes, NextToken })).toHaveLength(1);
});

test("tags", async () => {
  const CertificateArn = await request({ Tags: [{ Key: "a", Value: "1" }] });
  await acm.send(new AddTagsToCertificateCommand({ CertificateArn, Tags: [{ Key: "b", Value: "2" }] }));
  await acm.send(
    new RemoveTagsFromCertificateCommand({ CertificateArn, Tags: [{ Key: "a" }, { Key: "b", Value: "3" }] }),
  );
  const { Tags } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn }));
  expect(Tags).toEqual([{ Key: "b", Value: "2" }]);
});

test("a deleted one is not found any more", async () => {
  const CertificateArn = await request();
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
  await expect(describe(CertificateArn)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  await expect(describe("arn:aws:acm:here")).rejects.toMatchObject({ name: "ValidationException" });
});

test("the file with the keys is for its owner only, and no key is logged", async () => {
  await request();
  const file = join(sandbox.home, "acm.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain("PRIVATE KEY");
  await importOne(ownCertificate([domain]));
  expect(readFileSync(join(sandbox.home, "requests.ndjson"), "utf8") + JSON.stringify(sandbox.logged)).not.toContain(
    "PRIVATE KEY",
  );
});
