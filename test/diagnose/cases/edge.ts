import type { Facts, HttpsFacts } from "../../../src/diagnose/facts.ts";
import type { Certificate } from "../../../src/ports/certificates.ts";
import { healthy, healthyHost, instanceId } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const { ec2, loadBalancer, targetGroup } = healthy;
if (!ec2 || !loadBalancer || !targetGroup) throw new Error("the recorded stack is incomplete");

const inEc2 = (changes: Partial<NonNullable<Facts["ec2"]>>): Facts => ({ ...healthy, ec2: { ...ec2, ...changes } });
const rules = (name: string, ingress: NonNullable<Facts["ec2"]>["groups"][number]["ingress"]): Facts =>
  inEc2({ groups: ec2.groups.map((group) => (group.name === name ? { ...group, ingress } : group)) });
const [table] = ec2.routeTables;
const routed = (changes: Partial<NonNullable<typeof table>>): Facts =>
  inEc2({ routeTables: table ? [{ ...table, ...changes }] : [] });
const http = { protocol: "tcp", fromPort: 80, toPort: 80 };
const silent = { kind: "timeout", message: "no answer within 3000 ms" } as const;
const target = { instanceId, port: 80, state: "healthy" };
const onInstance = (changes: Partial<typeof healthyHost.instance>): Facts => ({
  ...healthy,
  hosts: [{ ...healthyHost, instance: { ...healthyHost.instance, ...changes } }],
});

const certificateArn = "arn:aws:acm:ap-northeast-1:000000000000:certificate/1";
const certificate: Certificate = {
  arn: certificateArn,
  names: ["www.example.test"],
  status: "ISSUED",
  notAfter: "2027-01-01T00:00:00.000Z",
  keyAlgorithm: "RSA_2048",
  pendingRecords: [],
  fingerprint: "AB",
};
const [listener] = healthy.listeners ?? [];
const redirect = { arn: "l80", port: 80, protocol: "HTTP", redirect: { toPort: 443, status: 301 } } as const;
const secure = { ...listener, arn: "l443", port: 443, protocol: "HTTPS", certificateArn, sslPolicy: "modern" };
/** The healthy stack with HTTPS. */
const withHttps = (changes: Partial<HttpsFacts> = {}, others: Partial<Facts> = {}): Facts => ({
  ...inEc2({
    groups: ec2.groups.map((group) => ({
      ...group,
      ingress: group.ingress.flatMap((rule) => [rule, ...("cidr" in rule.source ? [{ ...rule, ...on443 }] : [])]),
    })),
  }),
  url: `https://${loadBalancer.dnsName}`,
  listeners: [redirect, secure],
  https: {
    certificateArn,
    certificate,
    recordedNames: certificate.names,
    now: new Date("2026-06-01T00:00:00Z"),
    ...changes,
  },
  ...others,
});
const on443 = { fromPort: 443, toPort: 443 };

export const edgeCases: readonly Case[] = [
  { code: "NOTHING_WRONG", what: "HTTPS by the load balancer's name", facts: withHttps() },
  {
    code: "NOTHING_WRONG",
    what: "HTTPS by the certificate's name",
    facts: withHttps({}, { url: "https://www.example.test" }),
  },
  { code: "NAME_OUTDATED", what: "still http in the state", facts: withHttps({}, { url: healthy.url }) },
  { code: "CERTIFICATE_MISSING", what: "deleted", facts: withHttps({ certificate: null }) },
  {
    code: "CERTIFICATE_EXPIRED",
    what: "its time is over",
    facts: withHttps({ now: new Date("2027-01-02T00:00:00Z") }),
  },
  {
    code: "CERTIFICATE_NAME_WRONG",
    what: "imported again for another name",
    facts: withHttps({ certificate: { ...certificate, names: ["other.example.test", "*.www.example.test"] } }),
  },
  {
    code: "NOTHING_WRONG",
    what: "a wildcard that covers the name",
    facts: withHttps({ certificate: { ...certificate, names: ["*.example.test"] } }),
  },
  {
    code: "LISTENER_CERTIFICATE_WRONG",
    what: "somebody else's",
    facts: withHttps({}, { listeners: [redirect, { ...secure, certificateArn: "other" }] }),
  },
  { code: "LISTENER_MISSING", what: "none for HTTPS", facts: withHttps({}, { listeners: [redirect] }) },
  {
    code: "LISTENER_FORWARDS_ELSEWHERE",
    what: "the one for HTTPS",
    facts: withHttps({}, { listeners: [redirect, { ...secure, targetGroupArn: "other" }] }),
  },
  {
    code: "LOAD_BALANCER_CLOSED",
    what: "open on 80 only",
    facts: withHttps({}, { ec2 }),
  },
  { code: "NAME_OUTDATED", what: "the state shows another name", facts: { ...healthy, url: "http://old.example" } },
  {
    code: "NAME_NOT_FOUND",
    what: "the name does not resolve",
    facts: { ...healthy, page: { kind: "name-not-found", message: "ENOTFOUND" } },
  },
  {
    code: "LOAD_BALANCER_MISSING",
    what: "no load balancer",
    facts: { ...healthy, loadBalancer: undefined, listeners: [], page: undefined },
  },
  {
    code: "LOAD_BALANCER_NOT_ACTIVE",
    what: "still provisioning",
    facts: { ...healthy, loadBalancer: { ...loadBalancer, state: "provisioning" } },
  },
  {
    code: "LISTENER_MISSING",
    what: "a listener on 8080 only",
    facts: { ...healthy, listeners: [{ arn: "l", port: 8080, protocol: "HTTP" }] },
  },
  {
    code: "LISTENER_FORWARDS_ELSEWHERE",
    what: "another target group",
    facts: { ...healthy, listeners: [{ arn: "l", port: 80, protocol: "HTTP", targetGroupArn: "other" }] },
  },
  {
    code: "MAINTENANCE_ON",
    what: "visitors are sent to the page on S3",
    facts: {
      ...healthy,
      reached: [...healthy.reached, "static-site"],
      page: {
        kind: "answer",
        status: 302,
        headers: { location: `http://${healthy.bucketName}-site.s3-website-ap-northeast-1.amazonaws.com:80/` },
        body: new Uint8Array(),
      },
    },
  },
  {
    code: "LOAD_BALANCER_ZONE_MISSING",
    what: "not in the host's zone",
    facts: { ...healthy, loadBalancer: { ...loadBalancer, subnetIds: ["subnet-c"] } },
  },
  {
    code: "LOAD_BALANCER_GROUP_WRONG",
    what: "another group",
    facts: { ...healthy, loadBalancer: { ...loadBalancer, groupIds: ["sg-default"] } },
  },
  { code: "LOAD_BALANCER_CLOSED", what: "no rule", facts: rules("load-balancer", []) },
  {
    code: "LOAD_BALANCER_CLOSED",
    what: "a rule for the address of yesterday",
    facts: { ...rules("load-balancer", [{ ...http, source: { cidr: "203.0.113.7/32" } }]), page: silent },
  },
  { code: "HOST_CLOSED", what: "no rule", facts: rules("host", []) },
  {
    code: "HOST_CLOSED",
    what: "a rule for another port",
    facts: rules("host", [{ ...http, fromPort: 8080, toPort: 8080, source: { groupId: "sg-lb" } }]),
  },
  { code: "HOST_GROUP_WRONG", what: "the instance carries another", facts: onInstance({ groupIds: ["sg-default"] }) },
  {
    code: "HOST_OPEN_TO_OTHERS",
    what: "open to everyone",
    facts: rules("host", [
      { ...http, source: { groupId: "sg-lb" } },
      { ...http, source: { cidr: "0.0.0.0/0" } },
    ]),
  },
  { code: "GATEWAY_DETACHED", what: "attached nowhere", facts: inEc2({ gateway: { id: "igw-1" } }) },
  { code: "ROUTE_MISSING", what: "no default route", facts: routed({ routes: [] }) },
  {
    code: "SUBNET_NOT_ROUTED",
    what: "one association is gone",
    facts: routed({ associations: [{ id: "a", subnetId: "subnet-a" }] }),
  },
  { code: "TARGET_GROUP_MISSING", what: "gone", facts: { ...healthy, targetGroup: undefined, targets: [] } },
  { code: "TARGET_NOT_REGISTERED", what: "nobody is", facts: { ...healthy, targets: [] } },
  {
    code: "TARGET_NOT_REGISTERED",
    what: "it is on its way out",
    facts: { ...healthy, targets: [{ ...target, state: "draining" }] },
  },
  {
    code: "TARGET_PORT_WRONG",
    what: "registered on 8080",
    facts: {
      ...healthy,
      targets: [{ ...target, port: 8080, state: "unhealthy", reason: "Target.FailedHealthChecks" }],
    },
  },
  {
    code: "HEALTH_CHECK_CHANGED",
    what: "another path; the page loads by fail-open",
    facts: {
      ...healthy,
      targetGroup: { ...targetGroup, healthCheck: { ...targetGroup.healthCheck, path: "/nope" } },
      targets: [{ ...target, state: "unhealthy", reason: "Target.ResponseCodeMismatch" }],
    },
  },
  {
    code: "INSTANCE_MISSING",
    what: "terminated",
    facts: { ...inEc2({ instances: [] }), hosts: [], targets: [target] },
  },
  {
    code: "INSTANCE_STOPPED",
    what: "stopped by hand",
    facts: {
      ...healthy,
      hosts: [{ instance: { ...healthyHost.instance, state: "stopped" }, online: false, facts: undefined }],
    },
  },
  { code: "INSTANCE_ROLE_MISSING", what: "no role", facts: inEc2({ role: undefined }) },
  {
    code: "INSTANCE_ROLE_MISSING",
    what: "an empty profile",
    facts: inEc2({ profile: ec2.profile && { ...ec2.profile, roleNames: [] } }),
  },
  {
    code: "INSTANCE_ROLE_WITHOUT_SSM",
    what: "the policy is detached",
    facts: inEc2({ role: ec2.role && { ...ec2.role, managedPolicies: [] } }),
  },
  {
    code: "INSTANCE_NOT_MANAGED",
    what: "the agent is silent",
    facts: { ...healthy, hosts: [{ ...healthyHost, online: false, facts: undefined }] },
  },
  { code: "INSTANCE_IMDSV1_ALLOWED", what: "tokens are optional", facts: onInstance({ imdsv2Required: false }) },
];
