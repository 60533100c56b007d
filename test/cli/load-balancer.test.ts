import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readState } from "../../src/state/read.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

const kindIn = (cwd: string): string | undefined => readState(join(cwd, ".lecture05"))?.loadBalancer;

describe("up --load-balancer", () => {
  it("is kept in the state and seen by the steps, also by a later up that does not name it", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const seen: (string | undefined)[] = [];
    for (const toy of services.toys) toy.onApply = (ctx) => seen.push(ctx.settings.loadBalancer);
    expect((await run(["up", "--load-balancer", "nlb", "--to", "ec2"], { services, cwd })).exitCode).toBe(0);
    expect(kindIn(cwd)).toBe("nlb");
    await run(["up"], { services, cwd });
    expect(kindIn(cwd)).toBe("nlb");
    expect(new Set(seen)).toEqual(new Set(["nlb"]));
  });

  it("is an application load balancer by itself, of which the state says nothing", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    expect(kindIn(cwd)).toBeUndefined();
    await run(["up", "--to", "ec2"], { services, cwd, env: { LECTURE05_LOAD_BALANCER: "nlb" } });
    expect(kindIn(cwd)).toBe("nlb");
    // Nothing of it stands yet, so the mind may be changed.
    await run(["up", "--to", "ec2", "--load-balancer", "alb"], { services, cwd });
    expect(kindIn(cwd)).toBeUndefined();
  });

  it("is only planned by a dry run", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2"], { services, cwd });
    await run(["up", "--load-balancer", "nlb", "--dry-run"], { services, cwd });
    expect(kindIn(cwd)).toBeUndefined();
  });

  it.each([
    ["gwlb", "GENEVE"],
    ["gateway", "GENEVE"],
    ["clb", "from 2009"],
    ["classic", "from 2009"],
    ["CLB", "from 2009"],
    ["haproxy", "alb or nlb"],
  ])("answers %s with what that is for", async (kind, word) => {
    const { exitCode, stderr } = await run(["up", "--load-balancer", kind]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(word);
    expect(stderr).toContain("--load-balancer");
  });

  it("says the same as explain, in Japanese as well", async () => {
    const asked = await run(["up", "--load-balancer", "gwlb", "--lang", "ja"]);
    const explained = await run(["explain", "load-balancers", "--lang", "ja"]);
    const words = "ファイアウォールや侵入検知などの仮想アプライアンス群";
    expect(asked.stderr.replaceAll(/\s/g, "")).toContain(words);
    expect(explained.stdout.replaceAll(/\s/g, "")).toContain(words);
  });

  it.each([
    [["up", "--load-balancer", "nlb", "--access-logs"], "access logs"],
    [
      ["up", "--load-balancer", "nlb", "--certificate", "arn:aws:acm:ap-northeast-1:000000000000:certificate/0a"],
      "HTTPS",
    ],
    [["up", "--load-balancer", "nlb", "--to", "static-site"], "maintenance page"],
  ])("refuses what needs somebody who reads HTTP: %j", async (line, word) => {
    const { exitCode, stderr } = await run(line, { services: fakeServices() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(word);
  });

  it("refuses the maintenance page on a stack that has one", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--load-balancer", "nlb", "--to", "ec2"], { services, cwd });
    for (const line of [
      ["maintenance", "on"],
      ["step", "static-site"],
    ]) {
      const { exitCode, stderr } = await run(line, { services, cwd });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("needs an ALB");
    }
  });

  it("is not changed on a stack that has a load balancer", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    const [first] = services.toys;
    if (first) first.onApply = (ctx) => void ctx.record.found("elbv2:load-balancer", "load-balancer", "arn:lb");
    await run(["up", "--to", "ec2"], { services, cwd });
    const { exitCode, stderr } = await run(["up", "--load-balancer", "nlb"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("LOAD_BALANCER_KIND");
    expect(stderr).toContain("lecture05 destroy");
    expect(kindIn(cwd)).toBeUndefined();
    expect((await run(["up", "--load-balancer", "alb"], { services, cwd })).exitCode).toBe(0);
  });
});
