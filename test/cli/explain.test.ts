import { describe, expect, it } from "vitest";
import { displayWidth } from "../../src/reporter/width.ts";
import { steps } from "../../src/steps/index.ts";
import { stepNames } from "../../src/steps/names.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run, type RunOptions } from "./support/run.ts";
import { fakeServices, hosts } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

interface Printed {
  readonly step: string | null;
  readonly topic: string | null;
  readonly settings: readonly { readonly name: string; readonly value: string; readonly where: string }[];
}

/** The real steps; nothing else is there to be asked. */
const explain = (argv: readonly string[], options: RunOptions = {}) =>
  run(["explain", ...argv], {
    services: {
      ...fakeServices(),
      steps: async () => steps,
      connect: () => Promise.reject(new Error("explain must not connect")),
      sandbox: () => Promise.reject(new Error("explain must not start anything")),
    },
    ...options,
  });

const valueOf = (printed: Printed | undefined, name: string): string | undefined =>
  printed?.settings.find((setting) => setting.name === name)?.value;

/** A stack that stands, with what its steps left. */
function standing(): string {
  const cwd = temporaryDirectory();
  const at = "2026-01-02T03:04:05.000Z";
  const step = (name: (typeof stepNames)[number], output: object, checks: object[] = []) => ({
    name,
    status: "done" as const,
    startedAt: at,
    finishedAt: at,
    durationMs: 1,
    checks: checks as { name: string; expected: string; observed: string; ok: boolean }[],
    output: { ...output },
  });
  const state = sampleState();
  writeState(cwd, {
    ...state,
    steps: [
      step("ec2", {
        vpcId: "vpc-1",
        publicSubnetIds: ["subnet-1", "subnet-2"],
        loadBalancerGroupId: "sg-lb",
        hostGroupId: "sg-host",
        roleName: "lecture05-host",
        hosts: [{ ...hosts[0], privateIp: "10.7.1.10" }],
      }),
      step("puma", { release: "0123456789ab" }),
      step(
        "alb",
        {
          url: "http://mine.example",
          dnsName: "mine.example",
          loadBalancerArn: "arn:lb",
          targetGroupArn: "arn:tg",
          interfaceDescription: "ELB app/x/1",
        },
        [{ name: "private-address", expected: "10.7.1.11", observed: "10.7.1.11", ok: true }],
      ),
      step("s3", { bucket: "lecture05-ap-northeast-1-0a1b2c3d4e5f" }),
    ],
  });
  return cwd;
}

describe("explain", () => {
  it("lists steps and topics", async () => {
    const { stdout, stderr, exitCode } = await explain([]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const name of [...stepNames, "load-balancers", "availability", "s3-keys"]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
    const { events } = await explain(["--json"]);
    expect(events[0]).toEqual({ type: "explanation.available", kind: "step", name: "ec2", title: steps[0]?.title });
  });

  it("says why, without a state, and asks nobody", async () => {
    const { stdout, exitCode } = await explain(["nginx-puma"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("    keepalive_timeout 75s\n      Longer than the 60 s for which the load balancer keeps");
    const japanese = (await explain(["nginx-puma", "--lang", "ja"])).stdout;
    expect(japanese).toContain(
      "    keepalive_timeout 75s\n      ALB がアイドル状態の接続を維持する 60 秒より長くします。",
    );
    const ec2 = (await explain(["ec2", "--lang", "ja"])).stdout;
    expect(ec2).toContain("    KeyName なし\n");
    expect(ec2).toContain("    セキュリティグループ host load-balancer からの tcp 80\n");
  });

  it.each([...stepNames])("prints %s for programs", async (name) => {
    const { events, stdout, exitCode } = await explain([name, "--json"]);
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    const [explanation] = events as unknown as Printed[];
    expect(explanation).toMatchObject({
      type: "explanation",
      step: name,
      topic: null,
      title: { ja: expect.any(String) },
    });
    for (const setting of explanation?.settings ?? []) {
      expect(Object.keys(setting)).toEqual(["name", "value", "where", "why"]);
    }
    expect(explanation?.settings.length).toBeGreaterThan(3);
  });

  it("finds a topic by its name and by other words, and a setting by its own", async () => {
    expect((await explain(["load-balancers"])).stdout).toContain(
      "GWLB (Gateway Load Balancer) is not for applications",
    );
    expect((await explain(["NLB"])).stdout).toBe((await explain(["load-balancers"])).stdout);
    const found = (await explain(["httptokens", "--json"])).events as unknown as Printed[];
    expect(found.map(({ step }) => step)).toEqual(["ec2"]);
    expect(valueOf(found[0], "MetadataOptions.HttpTokens")).toBe("required");
  });

  it("shows this stack's own values where it stands", async () => {
    const cwd = standing();
    const of = async (name: string): Promise<Printed | undefined> =>
      ((await explain([name, "--json"], { cwd })).events as unknown as Printed[])[0];
    expect(valueOf(await of("ec2"), "CidrBlock")).toBe("10.7.0.0/16");
    expect(valueOf(await of("alb"), "APP_HOSTS")).toBe("mine.example");
    expect(valueOf(await of("alb"), "remote_addr")).toBe("10.7.1.11");
    expect(valueOf(await of("s3"), "Bucket")).toBe("lecture05-ap-northeast-1-0a1b2c3d4e5f");
    expect(valueOf(await of("puma"), "APP_RELEASE")).toBe("0123456789ab");
  });

  it.each([
    ["nginx-pumma", "nginx-puma"],
    ["redundency", "redundancy"],
    ["keepalive_timeot", "keepalive_timeout"],
  ])("knows that %s was meant to be %s", async (typed, meant) => {
    const { stderr, stdout, exitCode } = await explain([typed]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`Did you mean "${meant}"?`);
    expect(stderr).toContain(`lecture05 explain ${meant}`);
  });

  it.each([40, 60, 80, 120])("fits into %i columns", async (columns) => {
    for (const name of ["nginx-puma", "redundancy"]) {
      const { plain } = await explain([name, "--lang", "ja"], { columns, isTTY: true });
      const tooWide = plain.split("\n").filter((line) => displayWidth(line) > columns);
      // What is copied is not broken: a path, a variable of Nginx.
      expect(tooWide.filter((line) => line.trim().includes(" "))).toEqual([]);
    }
  });

  it("leaves out what somebody's own application does not say", async () => {
    const cwd = temporaryDirectory();
    const { events, exitCode } = await explain(["alb", "--json"], { cwd, env: { LECTURE05_APP: cwd } });
    expect(exitCode).toBe(0);
    expect(valueOf((events as unknown as Printed[])[0], "config.host_authorization")).toBeUndefined();
    expect((await explain(["timeouts"], { cwd, env: { LECTURE05_APP: cwd } })).exitCode).toBe(0);
  });
});

describe("the end of a stack", () => {
  it.each([
    "ttl",
    "PutScheduledUpdateGroupAction",
    "DeleteScheduledAction",
    "DescribeScheduledActions",
    "set-expiry",
    "clear-expiry",
    "lecture05-expiry",
    "lecture05-end",
  ])("is explained by the name %s, in both languages, without a moment where there is none", async (name) => {
    const english = await run(["explain", name, "--lang", "en"]);
    expect([english.exitCode, english.stdout]).toEqual([0, expect.stringContaining("StartTime")]);
    expect(english.stdout.replaceAll(/\s+/g, " ")).toContain("A group would put another in its place");
    expect(english.stdout).toContain("OnCalendar");
    expect(english.stdout).toContain("END");
    expect(english.stdout).not.toContain("2000-01-01");
    const japanese = await run(["explain", name, "--lang", "ja"]);
    expect(japanese.stdout.replaceAll(/\s/g, "")).toContain("スケジュールされたアクションで台数を0にします");
  });

  it("shows the stack's own", async () => {
    const cwd = temporaryDirectory();
    writeState(cwd, sampleState({ expiresAt: "2030-01-02T03:04:05.000Z" }));
    const { stdout } = await run(["explain", "ttl", "--lang", "en"], { cwd });
    expect(stdout).toContain("2030-01-02 03:04:05 UTC");
    expect(stdout).toContain("2030-01-02T03:04:05.000Z");
  });
});
