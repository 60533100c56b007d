import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";
import { sampleState, writeState } from "./support/state.ts";

const lines = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

function project(changes: Parameters<typeof sampleState>[0] = {}): string {
  const cwd = temporaryDirectory();
  writeState(cwd, sampleState(changes));
  return cwd;
}

describe("modules", () => {
  it("lists what each step brought, asked for first", async () => {
    const { exitCode, stdout } = await run(["modules"], { cwd: project() });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "nginx         1.26.3-3  apt  asked for  nginx  -  i-0001\nnginx-common  1.26.3-3  apt  pulled in  nginx  -  i-0001\n",
    );
    expect((await run(["modules", "--step", "ec2"], { cwd: project() })).stdout.trim()).toBe("");
  });

  it("compares two stages", async () => {
    const { stdout } = await run(["modules", "--diff", "puma..nginx", "--json"], { cwd: project() });
    expect(lines(stdout)).toMatchObject([
      { type: "modules.diff", added: [{ name: "nginx" }, { name: "nginx-common" }], removed: [], changed: [] },
    ]);
    expect((await run(["modules", "--diff", "nginx..nginx"], { cwd: project() })).stdout).toBe("  no difference\n");
  });

  it("compares two hosts", async () => {
    const module = { name: "nginx", manager: "apt", requested: true, step: "nginx" } as const;
    const cwd = project({
      hosts: [
        { instanceId: "i-0001", availabilityZone: "a", privateIp: "10.0.0.1" },
        { instanceId: "i-0002", availabilityZone: "c", privateIp: "10.0.0.2" },
      ],
      modules: [
        { instances: ["i-0001"], installed: [{ ...module, version: "1.26.3" }] },
        { instances: ["i-0002"], installed: [{ ...module, version: "1.26.4" }] },
      ],
    });
    expect((await run(["modules", "--diff", "i-0001..i-0002"], { cwd })).stdout).toBe(
      "  ~  nginx  1.26.3 → 1.26.4  apt\n",
    );
  });

  it("notices what changed on a host since it was recorded", async () => {
    const services = fakeServices();
    const cwd = project();
    services.remote = () => ({
      exitCode: 0,
      stdout: "apt\tnginx\t1.26.3-3\tyes\napt\tnginx-common\t1.26.3-3\tno\n",
      stderr: "",
    });
    const same = await run(["modules", "--check"], { cwd, services });
    expect([same.exitCode, same.stdout]).toEqual([0, "i-0001:\n  no difference\n"]);
    services.remote = () => ({ exitCode: 0, stdout: "apt\tnginx\t9.9\tyes\napt\tnano\t8\tno\n", stderr: "" });
    const drifted = await run(["modules", "--check"], { cwd, services });
    expect(drifted.exitCode).toBe(1);
    expect(drifted.stdout.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["i-0001:"],
      ["+", "nano", "8", "apt"],
      ["-", "nginx-common", "1.26.3-3", "apt"],
      ["~", "nginx", "1.26.3-3 → 9.9", "apt"],
      [""],
    ]);
  });

  it("says what can be compared", async () => {
    for (const diff of ["puma", "..", "a..b..c"]) {
      const { exitCode, stderr } = await run(["modules", "--diff", diff], { cwd: project() });
      expect(exitCode, diff).toBe(2);
      expect(stderr).toContain("lecture05 modules --diff puma..nginx");
    }
    expect((await run(["modules", "--diff", "puma..ngix"], { cwd: project() })).stderr).toContain(
      'Did you mean "nginx"?',
    );
  });

  it("names a host that is not there, and a stage that has brought nothing yet", async () => {
    const unknown = await run(["modules", "--diff", "i-0001..i-9999"], { cwd: project() });
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('there is no host "i-9999"')]);
    expect(unknown.stderr).toContain("The hosts are: i-0001");
    const early = await run(["modules", "--diff", "puma..s3"], { cwd: project() });
    expect([early.exitCode, early.stderr]).toEqual([
      1,
      expect.stringContaining("stage s3 has not been carried out yet"),
    ]);
    expect(early.stderr).toContain("lecture05 up --to s3");
  });
});
