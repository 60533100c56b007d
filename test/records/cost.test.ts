import { describe, expect, it } from "vitest";
import { costOf, costOfStep, costText, oldPricesNote, runningCost } from "../../src/records/cost.ts";
import { expiryText, isExpired } from "../../src/records/expiry.ts";
import { pricesAsOf } from "../../src/records/prices.ts";
import type { ResourceRecord } from "../../src/state/schema.ts";

const tokyo = { instanceType: "t3.small", region: "ap-northeast-1" };
const at = (hours: number): string => new Date(Date.UTC(2026, 0, 1, hours)).toISOString();

describe("the cost of a stack", () => {
  it("is the sum of the list prices of what stands after a step", () => {
    const instance = 0.0272 + (20 * 0.096) / 730 + 0.005;
    expect(costOf(tokyo, "nginx").perHourDollars).toBeCloseTo(instance, 6);
    expect(costOf(tokyo, "s3").perHourDollars).toBeCloseTo(instance + 0.0243 + 0.01, 6);
    expect(costOf(tokyo, "s3").perMonthDollars).toBeCloseTo(730 * (instance + 0.0343), 4);
    expect(costOfStep(tokyo, "alb").perHourDollars).toBeCloseTo(0.0343, 6);
    expect(costOfStep(tokyo, "puma").items).toEqual([]);
  });

  it("has every host beyond the first with step redundancy, and none before it", () => {
    const instance = 0.0272 + (20 * 0.096) / 730 + 0.005;
    const three = { ...tokyo, hosts: 3 };
    expect(costOf(three, "s3").perHourDollars).toBeCloseTo(costOf(tokyo, "s3").perHourDollars, 6);
    expect(costOfStep(three, "redundancy").perHourDollars).toBeCloseTo(2 * instance, 6);
    expect(costOfStep(tokyo, "redundancy").items).toEqual([]);
  });

  it("differs by region and by type", () => {
    const hourly = (instanceType: string, region: string) => costOf({ instanceType, region }, "ec2").items[0]?.dollars;
    expect(hourly("t3.micro", "us-east-1")).toBe(0.0104);
    expect(hourly("t4g.medium", "ap-northeast-1")).toBe(0.0432);
    expect(hourly("t3.large", "eu-central-1")).toBe(0.096);
  });

  it("is a lower bound, and said to be one, where a price is not known", () => {
    const elsewhere = costOf({ instanceType: "t3.small", region: "sa-east-1" }, "s3");
    expect(elsewhere.isComplete).toBe(false);
    expect(costText(elsewhere).en).toBe("at least $0.0150/h, $10.95 a month");
    expect(costText(costOf({ ...tokyo, instanceType: "x9.huge" }, "ec2")).ja).toMatch(/^少なくとも /);
  });
});

describe("the running total", () => {
  const resource = (type: string, createdAt: string, id: string | undefined = "id"): ResourceRecord => ({
    type,
    name: "it",
    step: "ec2",
    clientToken: "",
    createdAt,
    ...(id === undefined ? {} : { id }),
  });
  const resources = [
    resource("ec2:instance", at(0)),
    resource("elbv2:load-balancer", at(2)),
    { ...resource("ec2:instance", at(0)), id: undefined },
    resource("ec2:vpc", at(0)),
  ].map(({ id, ...rest }) => (id === undefined ? rest : { ...rest, id })) as ResourceRecord[];
  const instance = costOf(tokyo, "ec2").perHourDollars;

  it("counts each thing from when it was made, and nothing that was only intended", () => {
    const total = runningCost({ resources, region: tokyo.region }, "t3.small", new Date(at(3)));
    expect(total.soFarDollars).toBeCloseTo(3 * instance + 0.0343, 6);
    expect(total.perHourDollars).toBeCloseTo(instance + 0.0343, 6);
  });

  it("ends for instances when they end themselves, not for the rest", () => {
    const expiring = { resources, region: tokyo.region, expiresAt: at(4) };
    const total = runningCost(expiring, "t3.small", new Date(at(6)));
    expect(total.soFarDollars).toBeCloseTo(4 * instance + 4 * 0.0343, 6);
    expect(total.perHourDollars).toBeCloseTo(0.0343, 6);
  });
});

it("says that the prices are old once they are older than a year", () => {
  const after = (days: number): Date => new Date(Date.parse(pricesAsOf) + days * 86_400_000);
  expect(oldPricesNote(after(364))).toBeUndefined();
  expect(oldPricesNote(after(366))?.en).toContain(`The prices are of ${pricesAsOf}, more than a year ago`);
});

describe("an expiry", () => {
  it("is told with the time that is left, or that has passed", () => {
    expect(expiryText(at(5), new Date(at(1)), []).en).toMatch(/^Expires at 2026-01-01 05:00 UTC, in 4 h: /);
    expect(expiryText(at(5), new Date(at(30)), []).en).toMatch(/^Expired at 2026-01-01 05:00 UTC, 1 d 1 h ago: /);
    expect(expiryText(at(5), new Date(Date.parse(at(4)) + 90_000), []).ja).toContain("あと 59 分");
  });

  it("tells who ends the hosts, and what goes on costing", () => {
    const stack = ["ec2:instance", "elbv2:load-balancer", "rds:db-instance"].map((type) => ({ type }));
    const group = [...stack, { type: "autoscaling:group" }];
    const [before, after] = [new Date(at(1)), new Date(at(30))];
    const alone = expiryText(at(5), before, stack);
    expect(alone.en).toContain("the instances terminate themselves then; the rest (load balancer, database) goes on");
    expect(alone.ja).toContain("残り (ロードバランサー、データベース)");
    expect(expiryText(at(5), before, group).en).toContain(
      "the Auto Scaling group goes to 0 hosts then; the rest (load",
    );
    expect(expiryText(at(5), after, group).en).toContain("the Auto Scaling group was set to 0 hosts. What else");
    expect(expiryText(at(5), after, group).en).toContain("(load balancer, database) stays and costs money");
  });

  it("is over from its moment on; without one it never is", () => {
    expect(isExpired(at(5), new Date(at(5)))).toBe(true);
    expect(isExpired(at(5), new Date(at(4)))).toBe(false);
    expect(isExpired(undefined, new Date(at(4)))).toBe(false);
    expect(isExpired(null, new Date(at(4)))).toBe(false);
  });
});
