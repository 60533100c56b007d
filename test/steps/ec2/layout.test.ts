import { describe, expect, it } from "vitest";
import { chooseZones, freeRanges, overlaps, ruleKey, subnetsOf } from "../../../src/steps/ec2/layout.ts";

describe("address layout", () => {
  it("makes the lecture's four subnets in two zones", () => {
    expect(subnetsOf("10.5.0.0/16", ["ap-northeast-1a", "ap-northeast-1c"])).toEqual([
      { name: "public-a", cidr: "10.5.1.0/24", availabilityZone: "ap-northeast-1a", public: true },
      { name: "public-c", cidr: "10.5.2.0/24", availabilityZone: "ap-northeast-1c", public: true },
      { name: "private-a", cidr: "10.5.11.0/24", availabilityZone: "ap-northeast-1a", public: false },
      { name: "private-c", cidr: "10.5.12.0/24", availabilityZone: "ap-northeast-1c", public: false },
    ]);
  });

  it("takes the first range that overlaps nothing", () => {
    expect(freeRanges([])[0]).toBe("10.5.0.0/16");
    expect(freeRanges(["10.5.0.0/16", "10.6.128.0/20", "172.31.0.0/16"])[0]).toBe("10.7.0.0/16");
    expect(freeRanges(["10.0.0.0/8"])).toEqual([]);
  });

  it.each([
    ["10.5.0.0/16", "10.5.3.0/24", true],
    ["10.5.0.0/16", "10.6.0.0/16", false],
    ["0.0.0.0/0", "192.168.0.0/16", true],
    ["192.168.1.0/24", "192.168.0.0/23", true],
    ["192.168.2.0/24", "192.168.0.0/23", false],
  ])("overlaps(%s, %s) is %s", (a, b, expected) => {
    expect(overlaps(a, b)).toBe(expected);
    expect(overlaps(b, a)).toBe(expected);
  });

  it("prefers zones a and c, and takes the first two where there is no c", () => {
    expect(chooseZones(["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"])).toEqual([
      "ap-northeast-1a",
      "ap-northeast-1c",
    ]);
    expect(chooseZones(["us-west-1b", "us-west-1c"])).toEqual(["us-west-1b", "us-west-1c"]);
  });

  it("writes a rule as a person would read it", () => {
    expect(ruleKey({ protocol: "tcp", fromPort: 80, toPort: 80, source: { groupId: "sg-1" } })).toBe(
      "tcp 80 from sg-1",
    );
    expect(ruleKey({ protocol: "tcp", fromPort: 1, toPort: 9, source: { cidr: "10.0.0.0/8" } })).toBe(
      "tcp 1-9 from 10.0.0.0/8",
    );
  });
});
