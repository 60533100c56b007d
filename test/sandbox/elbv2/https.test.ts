import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeSSLPoliciesCommand,
  ModifyListenerCommand,
  type CreateListenerCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownCertificate } from "../../support/own-certificate.ts";
import { startBalanced, subnetA, subnetC, until, type Balanced } from "./support.ts";

const modern = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
let balanced: Balanced;
let acm: ACMClient;
let LoadBalancerArn: string;
let CertificateArn: string;

beforeEach(async () => {
  balanced = await startBalanced();
  acm = new ACMClient(balanced.sandbox.clientConfig());
  const answer = await balanced.elb.send(new CreateLoadBalancerCommand({ Name: "web", Subnets: [subnetA, subnetC] }));
  LoadBalancerArn = answer.LoadBalancers?.[0]?.LoadBalancerArn ?? "";
  const { certificate, privateKey } = ownCertificate(["www.example.test"]);
  const imported = await acm.send(
    new ImportCertificateCommand({ Certificate: Buffer.from(certificate), PrivateKey: Buffer.from(privateKey) }),
  );
  CertificateArn = imported.CertificateArn ?? "";
});
afterEach(async () => {
  acm.destroy();
  await balanced.stop();
});

const hello = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } } as const;
const listen = async (overrides: Partial<CreateListenerCommandInput> = {}): Promise<string> => {
  const input: CreateListenerCommandInput = {
    LoadBalancerArn,
    Protocol: "HTTPS",
    Port: 443,
    Certificates: [{ CertificateArn }],
    SslPolicy: modern,
    DefaultActions: [hello],
    ...overrides,
  };
  return (await balanced.elb.send(new CreateListenerCommand(input))).Listeners?.[0]?.ListenerArn ?? "";
};
const listener = async () =>
  (await balanced.elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners?.[0];
const container = () => [...balanced.sandbox.runtime.loadBalancers.values()][0];
const bind = (): string => /bind :443.*/.exec(container()?.configuration ?? "")?.[0] ?? "";

test("HAProxy ends TLS with the certificate and the policy's versions and ciphers", async () => {
  await listen();
  await until(() => bind().includes("ssl"));
  expect(bind()).toMatch(
    /^bind :443 ssl crt \/etc\/haproxy\/certificates\/[0-9a-f]{32}\.pem alpn h2,http\/1\.1 ssl-min-ver TLSv1\.2 ssl-max-ver TLSv1\.3 ciphers ECDHE-ECDSA-AES128-GCM-SHA256:.* ciphersuites TLS_AES_128_GCM_SHA256:/,
  );
  expect(container()?.configuration).toContain("X-Forwarded-Proto https");
  expect(
    container()
      ?.certificates.map(({ content }) => content)
      .join(),
  ).toContain("PRIVATE KEY");
  expect(container()?.configuration).not.toContain("PRIVATE KEY");
  expect(await listener()).toMatchObject({ Protocol: "HTTPS", Certificates: [{ CertificateArn }], SslPolicy: modern });
});

test("without a policy it is the API's old default, which still speaks TLS 1.0", async () => {
  await listen({ SslPolicy: undefined });
  await until(() => bind().includes("ssl"));
  expect(await listener()).toMatchObject({ SslPolicy: "ELBSecurityPolicy-2016-08" });
  expect(bind()).toContain("ssl-min-ver TLSv1.0 ssl-max-ver TLSv1.2");
  expect(bind()).toContain("@SECLEVEL=0");
});

test("the same request again is the same listener; with another policy it is refused", async () => {
  const arn = await listen();
  expect(await listen()).toBe(arn);
  await expect(listen({ SslPolicy: "ELBSecurityPolicy-TLS13-1-3-2021-06" })).rejects.toMatchObject({
    name: "DuplicateListenerException",
  });
});

test.each([
  ["no certificate", { Certificates: undefined }, "ValidationError"],
  ["two", { Certificates: [{ CertificateArn: "a" }, { CertificateArn: "b" }] }, "ValidationError"],
  ["one that is not there", { Certificates: [{ CertificateArn: "arn:aws:acm:x" }] }, "CertificateNotFoundException"],
  ["an unknown policy", { SslPolicy: "ELBSecurityPolicy-2000" }, "SSLPolicyNotFoundException"],
  ["a certificate without TLS", { Protocol: "HTTP" }, "ValidationError"],
  ["another protocol", { Protocol: "TLS" }, "ValidationError"],
] as const)("refuses %s", async (_, overrides, name) => {
  await expect(listen(overrides as Partial<CreateListenerCommandInput>)).rejects.toMatchObject({ name });
});

test("one that is not issued yet cannot be used", async () => {
  const pending = await acm.send(new RequestCertificateCommand({ DomainName: "a.invalid" }));
  await expect(listen({ Certificates: [{ CertificateArn: pending.CertificateArn }] })).rejects.toMatchObject({
    name: "UnsupportedCertificate",
  });
});

test("a certificate in use tells by whom and cannot be deleted; changed in place, it can", async () => {
  const ListenerArn = await listen();
  const described = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
  expect(described.Certificate?.InUseBy).toEqual([LoadBalancerArn]);
  await expect(acm.send(new DeleteCertificateCommand({ CertificateArn }))).rejects.toMatchObject({
    name: "ResourceInUseException",
  });
  const other = await acm.send(new RequestCertificateCommand({ DomainName: "a.example.test" }));
  await until(() => bind().includes("ssl"));
  const before = bind();
  const Certificates = [{ CertificateArn: other.CertificateArn }];
  await balanced.elb.send(new ModifyListenerCommand({ ListenerArn, Certificates }));
  await until(() => bind() !== before);
  expect(await listener()).toMatchObject({ Certificates, SslPolicy: modern });
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
});

test("one that is imported again is served without touching the listener", async () => {
  await listen();
  await until(() => bind().includes("ssl"));
  const before = bind();
  const { certificate, privateKey } = ownCertificate(["new.example.test"]);
  const replaced = { CertificateArn, Certificate: Buffer.from(certificate), PrivateKey: Buffer.from(privateKey) };
  await acm.send(new ImportCertificateCommand(replaced));
  await until(() => bind() !== before);
});

test("a listener that goes back to HTTP has neither certificate nor policy", async () => {
  const ListenerArn = await listen();
  await balanced.elb.send(new ModifyListenerCommand({ ListenerArn, Protocol: "HTTP" }));
  const back = await listener();
  expect(back?.Protocol).toBe("HTTP");
  expect([back?.Certificates, back?.SslPolicy]).toEqual([undefined, undefined]);
  await acm.send(new DeleteCertificateCommand({ CertificateArn }));
});

test("the policies tell their versions", async () => {
  const { SslPolicies = [] } = await balanced.elb.send(new DescribeSSLPoliciesCommand({}));
  expect(SslPolicies.find(({ Name }) => Name === modern)?.SslProtocols).toEqual(["TLSv1.2", "TLSv1.3"]);
  const named = await balanced.elb.send(new DescribeSSLPoliciesCommand({ Names: [modern] }));
  expect(named.SslPolicies).toHaveLength(1);
  await expect(balanced.elb.send(new DescribeSSLPoliciesCommand({ Names: ["x"] }))).rejects.toThrow("not found");
});
