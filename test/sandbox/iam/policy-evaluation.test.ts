import { describe, expect, it } from "vitest";
import { parsePolicy } from "../../../src/sandbox/iam/policy-document.ts";
import { evaluate, wildcardMatch, type Decision } from "../../../src/sandbox/iam/policy-evaluation.ts";

const object = "arn:aws:s3:::bucket/uploads/a.png";

interface Row {
  readonly name: string;
  readonly statements: readonly object[];
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Record<string, string>;
  readonly decision: Decision;
}

const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };
const allowIf = (Condition: object) => ({ ...allowAll, Condition });
const denyIf = (Condition: object) => [allowAll, { Effect: "Deny", Action: "*", Resource: "*", Condition }];

const rows: readonly Row[] = [
  { name: "nothing said", statements: [{ ...allowAll, Action: "ec2:*" }], decision: "implicit-deny" },
  { name: "exact", statements: [{ Effect: "Allow", Action: "s3:GetObject", Resource: object }], decision: "allow" },
  { name: "action in any case", statements: [{ ...allowAll, Action: "S3:getobject" }], decision: "allow" },
  {
    name: "resource in its case",
    statements: [{ ...allowAll, Resource: object.toUpperCase() }],
    decision: "implicit-deny",
  },
  { name: "action with *", statements: [{ ...allowAll, Action: ["ec2:*", "s3:Get*"] }], decision: "allow" },
  { name: "action with ?", statements: [{ ...allowAll, Action: "s3:?etObject" }], decision: "allow" },
  {
    name: "resource with *",
    statements: [{ ...allowAll, Resource: "arn:aws:s3:::bucket/uploads/*" }],
    decision: "allow",
  },
  {
    name: "another prefix",
    statements: [{ ...allowAll, Resource: "arn:aws:s3:::bucket/logs/*" }],
    decision: "implicit-deny",
  },
  {
    name: "the bucket is not its objects",
    statements: [{ ...allowAll, Resource: "arn:aws:s3:::bucket" }],
    decision: "implicit-deny",
  },
  {
    name: "a dot is a dot",
    statements: [{ ...allowAll, Resource: "arn:aws:s3:::bucket/uploads/aXpng" }],
    decision: "implicit-deny",
  },
  {
    name: "NotAction of others",
    statements: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
    decision: "allow",
  },
  {
    name: "NotAction of this",
    statements: [{ Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
    decision: "implicit-deny",
  },
  {
    name: "NotResource of others",
    statements: [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::x/*" }],
    decision: "allow",
  },
  {
    name: "NotResource of this",
    statements: [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::bucket/*" }],
    decision: "implicit-deny",
  },
  {
    name: "deny wins",
    statements: [allowAll, { Effect: "Deny", Action: "s3:*", Resource: "*" }],
    decision: "explicit-deny",
  },
  {
    name: "StringEquals",
    statements: [allowIf({ StringEquals: { "s3:prefix": ["a", "b"] } })],
    context: { "s3:prefix": "b" },
    decision: "allow",
  },
  {
    name: "keys in any case",
    statements: [allowIf({ StringEquals: { "S3:Prefix": "b" } })],
    context: { "s3:prefix": "b" },
    decision: "allow",
  },
  {
    name: "StringEquals, key missing",
    statements: [allowIf({ StringEquals: { "s3:prefix": "b" } })],
    decision: "implicit-deny",
  },
  {
    name: "StringEqualsIfExists, key missing",
    statements: [allowIf({ StringEqualsIfExists: { "s3:prefix": "b" } })],
    decision: "allow",
  },
  {
    name: "StringNotEquals, key missing",
    statements: denyIf({ StringNotEquals: { "aws:x": "b" } }),
    decision: "explicit-deny",
  },
  {
    name: "StringNotEquals, equal",
    statements: denyIf({ StringNotEquals: { "aws:x": "b" } }),
    context: { "aws:x": "b" },
    decision: "allow",
  },
  {
    name: "StringLike",
    statements: [allowIf({ StringLike: { "s3:prefix": "logs/*" } })],
    context: { "s3:prefix": "logs/a" },
    decision: "allow",
  },
  {
    name: "Bool",
    statements: denyIf({ Bool: { "aws:SecureTransport": "false" } }),
    context: { "aws:SecureTransport": "true" },
    decision: "allow",
  },
  {
    name: "Bool as JSON boolean",
    statements: denyIf({ Bool: { "aws:SecureTransport": false } }),
    context: { "aws:SecureTransport": "false" },
    decision: "explicit-deny",
  },
  {
    name: "Null true, key missing",
    statements: denyIf({ Null: { "s3:x-amz-server-side-encryption": "true" } }),
    decision: "explicit-deny",
  },
  {
    name: "Null true, key there",
    statements: denyIf({ Null: { "s3:x": "true" } }),
    context: { "s3:x": "1" },
    decision: "allow",
  },
  {
    name: "IpAddress inside",
    statements: [allowIf({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })],
    context: { "aws:SourceIp": "10.5.1.10" },
    decision: "allow",
  },
  {
    name: "IpAddress outside",
    statements: [allowIf({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })],
    context: { "aws:SourceIp": "11.5.1.10" },
    decision: "implicit-deny",
  },
  {
    name: "NotIpAddress",
    statements: denyIf({ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }),
    context: { "aws:SourceIp": "11.0.0.1" },
    decision: "explicit-deny",
  },
  {
    name: "a broken range opens nothing",
    statements: [allowIf({ IpAddress: { "aws:SourceIp": "10.0.0.0/99" } })],
    context: { "aws:SourceIp": "10.0.0.1" },
    decision: "implicit-deny",
  },
  {
    name: "unknown operator, Allow",
    statements: [allowIf({ DateSomething: { "aws:x": "1" } })],
    context: { "aws:x": "1" },
    decision: "implicit-deny",
  },
  {
    name: "unknown operator, Deny",
    statements: denyIf({ DateSomething: { "aws:x": "1" } }),
    decision: "explicit-deny",
  },
  {
    name: "all conditions must hold",
    statements: [allowIf({ StringEquals: { "aws:x": "1", "aws:y": "2" } })],
    context: { "aws:x": "1" },
    decision: "implicit-deny",
  },
];

describe("evaluate", () => {
  it.each(rows)(
    "$name: $decision",
    ({ statements, action = "s3:GetObject", resource = object, context = {}, decision }) => {
      const parsed = parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), "identity");
      expect(evaluate(parsed, { action, resource, context })).toBe(decision);
    },
  );
});

describe("parsePolicy", () => {
  const refused: readonly [string, unknown, "identity" | "trust"][] = [
    ["an unknown version", { Version: "2020-01-01", Statement: [allowAll] }, "identity"],
    ["no statement", { Version: "2012-10-17" }, "identity"],
    ["an empty list of statements", { Version: "2012-10-17", Statement: [] }, "identity"],
    ["another effect", { Statement: [{ ...allowAll, Effect: "allow" }] }, "identity"],
    ["no action", { Statement: [{ Effect: "Allow", Resource: "*" }] }, "identity"],
    ["an action without a service", { Statement: [{ ...allowAll, Action: "GetObject" }] }, "identity"],
    ["no resource", { Statement: [{ Effect: "Allow", Action: "*" }] }, "identity"],
    ["a principal in an identity policy", { Statement: [{ ...allowAll, Principal: "*" }] }, "identity"],
    ["no principal in a trust policy", { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }] }, "trust"],
    ["a resource in a trust policy", { Statement: [{ ...allowAll, Principal: "*" }] }, "trust"],
    ["a list", [], "identity"],
    ["a number as action", { Statement: [{ ...allowAll, Action: 1 }] }, "identity"],
  ];
  it.each(refused)("refuses %s", (_name, document, kind) => {
    expect(() => parsePolicy(JSON.stringify(document), kind)).toThrow(
      expect.objectContaining({ code: "MalformedPolicyDocument" }) as Error,
    );
  });

  it("refuses what is not JSON, and takes one statement without a list", () => {
    expect(() => parsePolicy("{", "identity")).toThrow("invalid Json");
    expect(parsePolicy(JSON.stringify({ Statement: allowAll }), "identity")).toHaveLength(1);
  });
});

describe("wildcardMatch", () => {
  it("takes nothing but * and ? for special", () => {
    expect(wildcardMatch("a+(b)[c]$", "a+(b)[c]$")).toBe(true);
    expect(wildcardMatch("a.c", "abc")).toBe(false);
    expect(wildcardMatch("a*c", "a\nbc")).toBe(true);
    expect(wildcardMatch("a?c", "ac")).toBe(false);
  });
});
