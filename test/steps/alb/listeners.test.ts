import { describe, expect, it } from "vitest";
import type { Listener } from "../../../src/ports/load-balancing.ts";
import { hostNameOf } from "../../../src/steps/alb/dns.ts";
import { listenerChanges, wantedListeners } from "../../../src/steps/alb/listeners.ts";

const group = "arn:group";
const one = "arn:aws:acm:r:1:certificate/one";
const standing = (certificateArn: string | undefined): Listener[] =>
  wantedListeners(group, certificateArn).map(({ name, settings }) => ({ arn: name, ...settings }));
const changes = (present: readonly Listener[], certificateArn: string | undefined): string[] =>
  listenerChanges(present, group, certificateArn).map(({ action, subject }) => `${action} ${subject}`);

describe("the listeners", () => {
  it("are as wanted once they are made", () => {
    expect(changes(standing(undefined), undefined)).toEqual([]);
    expect(changes(standing(one), one)).toEqual([]);
  });

  it("are made where there are none", () => {
    expect(changes([], undefined)).toEqual(["create elbv2:listener http"]);
    expect(changes([], one)).toEqual(["create elbv2:listener https", "create elbv2:listener http"]);
  });

  it("are changed in place when a certificate comes, changes and goes", () => {
    expect(changes(standing(undefined), one)).toEqual(["create elbv2:listener https", "update elbv2:listener http"]);
    expect(changes(standing(one), "arn:aws:acm:r:1:certificate/two")).toEqual(["update elbv2:listener https"]);
    expect(changes(standing(one), undefined)).toEqual(["update elbv2:listener http", "delete elbv2:listener https"]);
  });

  it("are put right when somebody changed them, an old policy included", () => {
    const [https, http] = standing(one);
    if (!https || !http) throw new Error("two listeners");
    expect(changes([{ ...https, sslPolicy: "ELBSecurityPolicy-2016-08" }, http], one)).toEqual([
      "update elbv2:listener https",
    ]);
    expect(changes([https, { arn: "http", port: 80, protocol: "HTTP", targetGroupArn: group }], one)).toEqual([
      "update elbv2:listener http",
    ]);
  });

  it("leave alone a plain one that hands on to somewhere else, and ports that are not theirs", () => {
    const elsewhere: Listener = { arn: "http", port: 80, protocol: "HTTP", targetGroupArn: "other" };
    expect(changes([elsewhere, { arn: "x", port: 8443, protocol: "HTTPS" }], undefined)).toEqual([]);
  });
});

describe("the name of a certificate", () => {
  it("is its first one that a host can have", () => {
    expect(hostNameOf(["*.example.test", "example.test"])).toBe("example.test");
    expect(hostNameOf(["*.example.test"])).toBe("www.example.test");
  });
});
