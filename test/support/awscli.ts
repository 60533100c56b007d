import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { TestSandbox } from "./sandbox.ts";

/** Debian's awscli against a sandbox: a client that is not ours. Rejects with `stderr` when it exits with an error. */
export async function awscli(sandbox: TestSandbox, ...argv: string[]): Promise<Record<string, unknown>> {
  const program = ["/usr/bin/aws", "/usr/local/bin/aws"].find((file) => existsSync(file));
  if (program === undefined) throw new Error("awscli is missing; bin/setup installs it");
  const { accessKeyId, secretAccessKey } = sandbox.world.iam.rootCredentials;
  const env = {
    PATH: process.env.PATH,
    HOME: sandbox.home,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: "ap-northeast-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const all = ["--endpoint-url", sandbox.endpoint, "--output", "json", ...argv];
  const { stdout } = await promisify(execFile)(program, all, { env });
  return JSON.parse(stdout || "{}") as Record<string, unknown>;
}
