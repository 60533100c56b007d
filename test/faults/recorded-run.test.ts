import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../src/aws/operations.ts";
import { hostBucketPolicy } from "../../src/steps/s3/policies.ts";
import { extrasPolicy, operatorPolicy } from "../../scripts/iam-policy/policy.ts";
import { holdAgainstModels, type ModelledExchange } from "../support/api-models.ts";
import type { Exchange } from "../support/wire-recorder.ts";
import type { Authorization } from "./recorded-run/authorization.ts";
import { authorizationsOf } from "./recorded-run/authorizations.ts";
import {
  asList,
  isAllowed,
  needlessIn,
  permitsOf,
  untaggedChangesIn,
  type Policy,
} from "./recorded-run/permissions.ts";
import { region, stack } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { recordRun, type RecordedRun } from "./recorded-run/record.ts";

// What goes over the wire in the life of a stack, held against models that are not ours: botocore's of the API, and AWS's
// own list of what IAM asks for each action.

let run: RecordedRun;
let modelled: readonly ModelledExchange[];

beforeAll(async () => {
  const socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
  const docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
  try {
    run = await recordRun(docker.host);
  } finally {
    await docker.stop();
    rmSync(socketDirectory, { recursive: true, force: true });
  }
  modelled = await holdAgainstModels(run.exchanges);
});

const invalid = (side: "request" | "response"): readonly string[] => [
  ...new Set(modelled.flatMap((it) => it[side].map((problem) => `${it.operation}: ${problem}`))),
];

it("what AWS delivered of access logs is read back, the load balancer's and the bucket's", () => {
  const lines = run.accessLog.trim().split("\n");
  const kinds = lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(new Set(kinds)).toEqual(new Set(["alb", "s3"]));
});

describe("botocore's models", () => {
  afterAll(() => {
    const subject = "recorded run";
    const count = (side: "request" | "response") => modelled.filter((it) => it[side].length > 0).length;
    recordFaultFigure({ subject, counted: "exchanges", value: modelled.length, promised: { atLeast: 500 } });
    recordFaultFigure({ subject, counted: "invalid requests", value: count("request"), promised: { exactly: 0 } });
    recordFaultFigure({ subject, counted: "invalid answers", value: count("response"), promised: { exactly: 0 } });
  });

  it("are asked about every operation of the tool", () => {
    const all = Object.entries(operations).flatMap(([service, names]) => names.map((name) => `${service}:${name}`));
    const seen = new Set(modelled.map(({ operation }) => operation));
    expect(all.filter((operation) => !seen.has(operation))).toEqual([]);
  });

  it("allow every request", () => expect(invalid("request")).toEqual([]));

  it("know everything in every answer", () => expect(invalid("response")).toEqual([]));
});

/** What is wrong with one exchange of an operation, after its bytes were changed. */
interface Defect {
  readonly operation: string;
  readonly replace: readonly [from: string | RegExp, to: string];
  readonly finds: RegExp;
}

const requestDefects: Readonly<Record<string, Defect>> = {
  "a value that the enum lacks": {
    operation: "ec2:RunInstances",
    replace: ["=gp3", "=gp9"],
    finds: /VolumeType is 'gp9', none of .*gp3/,
  },
  "a name that is too long": {
    operation: "iam:CreateRole",
    replace: ["RoleName=", `RoleName=${"a".repeat(64)}`],
    finds: /RoleName has 75 characters, at most 64/,
  },
  "a name that breaks the pattern": {
    operation: "iam:CreateRole",
    replace: ["RoleName=", "RoleName=%2F"],
    finds: /RoleName is '\/faults-host', which does not match/,
  },
  "a number out of range": {
    operation: "elbv2:CreateTargetGroup",
    replace: ["&Port=80", "&Port=70000"],
    finds: /Port is 70000, outside of 1 to 65535/,
  },
  "a word for a number": {
    operation: "ec2:RunInstances",
    replace: ["MaxCount=1", "MaxCount=one"],
    finds: /MaxCount is 'one', not a number/,
  },
  "a required parameter that is missing": {
    operation: "ec2:CreateSubnet",
    replace: [/&VpcId=[^&]+/, ""],
    finds: /VpcId is required and missing/,
  },
  "a parameter that there is not": {
    operation: "ec2:CreateVpc",
    replace: ["CidrBlock=", "CidrRange=1&CidrBlock="],
    finds: /CidrRange is not in the model/,
  },
  "an operation that there is not": {
    operation: "ec2:DescribeTags",
    replace: ["Action=DescribeTags", "Action=DescribeLabels"],
    finds: /OperationNotFoundError/,
  },
  "a key that JSON has and the model has not": {
    operation: "ssm:SendCommand",
    replace: ['"DocumentName"', '"Document":"x","DocumentName"'],
    finds: /Document is not in the model/,
  },
  "an element that XML has and the model has not": {
    operation: "s3:PutBucketVersioning",
    replace: ["<Status>", "<Mode>on</Mode><Status>"],
    finds: /Mode is not in the model/,
  },
};

const responseDefects: Readonly<Record<string, Defect>> = {
  "a field of a wrong name": {
    operation: "ec2:CreateVpc",
    replace: [/vpcId>/g, "vpcIdentifier>"],
    finds: /vpcIdentifier is not in the model/,
  },
  "a state that the enum lacks": {
    operation: "elbv2:DescribeTargetHealth",
    replace: [/<State>\w+</, "<State>fine<"],
    finds: /State is 'fine', none of/,
  },
  "a time that is none": {
    operation: "iam:GetRole",
    replace: [/<CreateDate>[^<]+</, "<CreateDate>yesterday<"],
    finds: /Invalid timestamp/,
  },
  "a list whose entries are named wrongly": {
    operation: "elbv2:DescribeLoadBalancers",
    replace: [/(<LoadBalancers>)<member>(.*)<\/member>(<\/LoadBalancers>)/s, "$1<item>$2</item>$3"],
    finds: /holds <item> where the model has <member>/,
  },
  "a key that the model has not": {
    operation: "ssm:GetCommandInvocation",
    replace: ['"Status":', '"State":"Success","Status":'],
    finds: /State is not in the model/,
  },
  "an answer that is cut off": {
    operation: "ec2:DescribeVpcs",
    replace: ["</DescribeVpcsResponse>", ""],
    finds: /ResponseParserError|ParseError/,
  },
};

describe("the validator finds", () => {
  const cases = [
    ...Object.entries(requestDefects).map(([what, defect]) => ["a request", what, defect] as const),
    ...Object.entries(responseDefects).map(([what, defect]) => ["an answer", what, defect] as const),
  ];
  let verdicts: readonly ModelledExchange[];

  beforeAll(async () => {
    verdicts = await holdAgainstModels(cases.map(([side, _what, defect]) => changed(side, defect)));
  });

  /** The first exchange of the operation in which there is something to replace. */
  function changed(side: "a request" | "an answer", { operation, replace: [from, to] }: Defect): Exchange {
    const body = side === "a request" ? "requestBody" : "responseBody";
    for (const [index, exchange] of run.exchanges.entries()) {
      if (modelled[index]?.operation !== operation || exchange.status !== 200) continue;
      const before = exchange[body].toString();
      const after = before.replace(from, to);
      if (after !== before) return { ...exchange, [body]: Buffer.from(after) };
    }
    throw new Error(`no exchange of ${operation} has ${String(from)}`);
  }

  it.each(cases.map((it, index) => [...it, index] as const))("in %s: %s", (_side, _what, defect, index) => {
    const { request = [], response = [] } = verdicts[index] ?? {};
    expect([...request, ...response].join("\n")).toMatch(defect.finds);
  });
});

/** The questions that IAM decides for these requests, each once. */
async function questionsOf(exchanges: readonly Exchange[]): Promise<readonly Authorization[]> {
  const wanted = new Set(exchanges);
  const asked = modelled.filter((_it, index) => wanted.has(run.exchanges[index]!));
  const all = (await Promise.all(asked.map((it) => authorizationsOf(it, run.facts)))).flat();
  return [...new Map(all.map((it) => [JSON.stringify(it), it])).values()];
}

const refusedBy = async (policy: Policy, questions: readonly Authorization[]): Promise<string[]> => {
  const permits = permitsOf(policy);
  const refused: string[] = [];
  for (const it of questions) if ((await permits(it)).length === 0) refused.push(JSON.stringify(it));
  return refused;
};

describe("the policy of the person who runs the tool", () => {
  // Both of its parts: what the lecture needs, and what comes on top.
  const base = operatorPolicy(stack);
  const policy: Policy = { ...base, Statement: [...base.Statement, ...extrasPolicy(stack).Statement] };
  let questions: readonly Authorization[];
  beforeAll(async () => (questions = await questionsOf(run.tool)));

  it("allows everything that the tool asks", async () => expect(await refusedBy(policy, questions)).toEqual([]));

  it("refuses the same with what is another stack's", async () => {
    const isOfStack = ({ resource, context }: Authorization): boolean =>
      context["aws:ResourceTag/lecture05:stack"] === stack ||
      context["aws:RequestTag/lecture05:stack"] === stack ||
      /^arn:aws:(?:iam|s3):/.test(resource);
    const elsewhere = questions
      .filter(isOfStack)
      .map((it) => JSON.parse(JSON.stringify(it).replaceAll(stack, "elsewhere")) as Authorization)
      .filter(({ action }) => !["iam:CreateServiceLinkedRole", "iam:SimulatePrincipalPolicy"].includes(action));
    expect(elsewhere.length).toBeGreaterThan(80);
    expect(await refusedBy(policy, elsewhere)).toHaveLength(elsewhere.length);
  });

  it("gives the role to instances only, and attaches the one policy only", async () => {
    for (const [action, key, value] of [
      ["iam:PassRole", "iam:PassedToService", "lambda.amazonaws.com"],
      ["iam:AttachRolePolicy", "iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess"],
    ] as const) {
      const asked = questions.filter((it) => it.action === action);
      expect(asked.length).toBeGreaterThan(0);
      for (const it of asked) expect(await isAllowed(policy, { ...it, context: { [key]: value } })).toBe(false);
    }
  });

  it("has no statement, action or resource that could be left out", async () =>
    expect(await needlessIn(policy, questions)).toEqual([]));

  it("would be found to have one more than it needs, of each kind", async () => {
    const [look, ...others] = policy.Statement;
    const more = { ...look!, Action: [...asList(look!.Action), "ec2:DescribeHosts"] };
    const wider = { Sid: "Wider", Action: "s3:GetObject", Resource: "arn:aws:s3:::elsewhere/*" };
    const found = await needlessIn({ ...policy, Statement: [more, ...others, wider] }, questions);
    expect(found).toEqual(["Look: ec2:DescribeHosts", "Wider", "Wider: s3:GetObject", `Wider on ${wider.Resource}`]);
  });

  it("tells by tags wherever AWS can what may be changed", async () =>
    expect(await untaggedChangesIn(policy)).toEqual([]));
});

describe("the policy of the hosts", () => {
  it("names one bucket, allows what they ask, and nothing that they do not", async () => {
    const policy = hostBucketPolicy(run.bucket, region) as Policy;
    const questions = await questionsOf(run.host);
    expect(await refusedBy(policy, questions)).toEqual([]);
    expect(await needlessIn(policy, questions)).toEqual([]);
    const another = { action: "s3:GetObject", resource: `arn:aws:s3:::${stack}-other/key`, context: {} };
    expect(await isAllowed(policy, another)).toBe(false);
  });
});
