import { describe, expect, it } from "vitest";
import {
  applianceAddressOf,
  dockerOwnRange,
  formatRange,
  gatewayOf,
  overlaps,
  parseRange,
  withoutCovered,
} from "../../../src/sandbox/docker/addresses.ts";

describe("address ranges", () => {
  it("puts Docker's own addresses at the end of the VPC's range", () => {
    expect(gatewayOf("10.5.0.0/16")).toBe("10.5.255.254");
    expect(applianceAddressOf("10.5.0.0/16")).toBe("10.5.255.253");
    expect(dockerOwnRange("10.5.0.0/16")).toBe("10.5.255.240/28");
    expect(dockerOwnRange("192.168.200.0/28")).toBe("192.168.200.0/28");
  });

  it("drops host bits and takes a bare address as one", () => {
    expect(formatRange(parseRange("10.5.1.77/24"))).toBe("10.5.1.0/24");
    expect(formatRange(parseRange("203.0.113.9"))).toBe("203.0.113.9/32");
    expect(formatRange(parseRange("200.1.2.3/0"))).toBe("0.0.0.0/0");
  });

  it.each(["10.5.0.0/33", "10.5.0.256", "10.5.0", "::/0", "", "10.5.0.0/16; drop"])("refuses %j", (text) => {
    expect(() => parseRange(text)).toThrow(TypeError);
  });

  it("tells ranges that meet from those that only touch", () => {
    const range = parseRange("10.5.0.0/16");
    expect(overlaps(range, parseRange("10.0.0.0/8"))).toBe(true);
    expect(overlaps(range, parseRange("10.5.255.255/32"))).toBe(true);
    expect(overlaps(range, parseRange("10.6.0.0/16"))).toBe(false);
  });

  it("keeps one of equal ranges and none that another covers", () => {
    const ranges = ["10.5.1.0/24", "10.0.0.0/8", "10.0.0.0/8", "192.0.2.1/32"].map(parseRange);
    expect(withoutCovered(ranges).map(formatRange)).toEqual(["10.0.0.0/8", "192.0.2.1/32"]);
  });
});
