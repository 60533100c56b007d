import { expect, it } from "vitest";
import documented from "../../docs/iam-policy.json" with { type: "json" };
import extras from "../../docs/iam-policy-extras.json" with { type: "json" };
import { extrasPolicy, operatorPolicy } from "../../scripts/iam-policy/policy.ts";

// Whether it allows what it must and no more is held against a recorded run: test/faults/recorded-run.test.ts.

it("docs/iam-policy.json is what the rules say now (npm run iam-policy)", () => {
  expect(documented).toEqual(operatorPolicy("lecture05"));
  expect(extras).toEqual(extrasPolicy("lecture05"));
});

it("fits into one managed policy, also for the longest name and with all that exists already", () => {
  const network = { vpc: "vpc-0123456789abcdef0", subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] };
  const profile = { instanceProfile: "p".repeat(64), role: "r".repeat(64) };
  // IAM does not count the blanks.
  expect(JSON.stringify(operatorPolicy("s".repeat(20), network, profile)).length).toBeLessThanOrEqual(6144);
  expect(JSON.stringify(operatorPolicy("lecture05")).length).toBeLessThanOrEqual(6144);
  expect(JSON.stringify(extrasPolicy("s".repeat(20))).length).toBeLessThanOrEqual(6144);
});

it("leaves the stack's own name and nothing of another in it", () => {
  const text = JSON.stringify(operatorPolicy("training"));
  expect(text).toContain("role/training-host");
  expect(text.replaceAll("lecture05:stack", "")).not.toContain("lecture05");
});
