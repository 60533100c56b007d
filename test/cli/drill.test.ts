import { expect, it } from "vitest";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices } from "./support/services.ts";

it("says what can fail", async () => {
  const { exitCode, stderr } = await run(["drill", "databse"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Did you mean "database"? What can fail: host, puma, nginx, database, az');
});

it("takes no host for a database, which is on none", async () => {
  const services = fakeServices();
  const cwd = temporaryDirectory();
  await run(["up", "--to", "ec2"], { services, cwd });
  const calls = services.connections.length;
  const { exitCode, stderr } = await run(["drill", "database", "--instance", "i-1"], { services, cwd });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("--instance: a database is on none of the hosts");
  expect(services.connections).toHaveLength(calls);
});
