import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { userData } from "../../src/remote/user-data.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { sh } from "./run-sh.ts";

interface Machine {
  readonly region?: string;
  readonly architecture?: string;
  /** What the metadata service says; undefined: it does not know. */
  readonly domain?: string;
  readonly programs?: readonly string[];
  /** How often apt-get finds its lock taken. */
  readonly lockedTimes?: number;
  readonly agent?: boolean;
}

/** A plain Debian whose programs only note how they were called. Returns the calls. */
function boot(machine: Machine = {}): { status: number | null; calls: string[]; stderr: string } {
  const { region = "ap-northeast-1", architecture = "amd64", domain, lockedTimes = 0 } = machine;
  const root = temporaryDirectory();
  const bin = join(root, "bin");
  mkdirSync(bin);
  const calls = join(root, "calls");
  const program = (name: string, body: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const note = (name: string): string => `echo "${name} $*" >>'${calls}'`;
  if (machine.agent) program("amazon-ssm-agent", "");
  for (const name of machine.programs ?? ["curl"]) {
    if (name === "curl") {
      program(
        name,
        `case "$*" in
  *api/token) echo TOKEN ;;
  *placement/region) echo '${region}' ;;
  *services/domain) ${domain === undefined ? "exit 22" : `echo '${domain}'`} ;;
  *) ${note("curl")} ;;
esac`,
      );
    } else program(name, note(name));
  }
  program("cloud-init", `echo '${region}'`);
  program("dpkg", `echo '${architecture}'`);
  program("sleep", note("sleep"));
  program("systemctl", note("systemctl"));
  program("apt-get", `${note("apt-get")}; [ "$(grep -c ^apt-get '${calls}')" -gt ${lockedTimes} ]`);
  for (const name of ["date", "rm", "grep"]) program(name, `exec /bin/${name} "$@"`);
  const text = userData().replace(/^export LC_ALL.*$/m, `export LC_ALL=C.UTF-8 PATH='${bin}'`);
  const { status, stderr } = sh(text);
  return { status, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
}

const downloaded = (calls: readonly string[]): string => /https:\S+/.exec(calls.join("\n"))?.[0] ?? "";

describe("the first boot", () => {
  it.each([
    [{}, "https://s3.ap-northeast-1.amazonaws.com/amazon-ssm-ap-northeast-1/latest/debian_amd64/amazon-ssm-agent.deb"],
    [
      { region: "cn-north-1", domain: "amazonaws.com.cn", architecture: "arm64" },
      "https://s3.cn-north-1.amazonaws.com.cn/amazon-ssm-cn-north-1/latest/debian_arm64/amazon-ssm-agent.deb",
    ],
    [
      { region: "us-gov-west-1", domain: "amazonaws.com" },
      "https://s3.us-gov-west-1.amazonaws.com/amazon-ssm-us-gov-west-1/latest/debian_amd64/amazon-ssm-agent.deb",
    ],
    // A domain that nobody foresaw is taken from the metadata service.
    [
      { region: "xx-new-1", domain: "aws.example" },
      "https://s3.xx-new-1.aws.example/amazon-ssm-xx-new-1/latest/debian_amd64/amazon-ssm-agent.deb",
    ],
  ])("installs the agent of its own region and partition: %j", (machine, url) => {
    const { status, calls } = boot({ domain: "amazonaws.com", ...machine });
    expect(status).toBe(0);
    expect(downloaded(calls)).toBe(url);
    expect(calls.at(-1)).toBe("systemctl enable --now amazon-ssm-agent.service");
  });

  it.each([
    ["cn-northwest-1", "amazonaws.com.cn"],
    ["eusc-de-east-1", "amazonaws.eu"],
    ["us-gov-east-1", "amazonaws.com"],
    ["eu-west-1", "amazonaws.com"],
  ])("goes by the region's name on images without curl: %s", (region, domain) => {
    const { calls } = boot({ region, programs: ["wget"] });
    expect(calls[0]).toMatch(/^wget /);
    expect(downloaded(calls)).toContain(`https://s3.${region}.${domain}/`);
  });

  it("waits for a package manager that is at work", () => {
    const { status, calls } = boot({ domain: "amazonaws.com", lockedTimes: 3 });
    expect(status).toBe(0);
    expect(calls.filter((call) => call.startsWith("apt-get"))).toHaveLength(4);
    expect(calls.filter((call) => call === "sleep 3")).toHaveLength(3);
    expect(calls.find((call) => call.startsWith("apt-get"))).toContain("DPkg::Lock::Timeout=120");
  });

  it("does nothing on an image that has the agent", () => {
    expect(boot({ agent: true })).toMatchObject({ status: 0, calls: [] });
  });
});
