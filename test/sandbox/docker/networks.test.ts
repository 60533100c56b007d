import { describe, expect, it } from "vitest";
import { formatRange } from "../../../src/sandbox/docker/addresses.ts";
import { parseRoutes } from "../../../src/sandbox/docker/networks.ts";

describe("parseRoutes", () => {
  it("reads the kernel's table, without the default route", () => {
    const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\tFE00000A\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
tun0\t0000050A\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0
`;
    expect(parseRoutes(table).map(formatRange)).toEqual(["172.17.0.0/16", "10.5.0.0/20"]);
  });

  it("takes a machine without the file for one without routes", () => {
    expect(parseRoutes("")).toEqual([]);
  });
});
