import { existsSync } from "node:fs";
import { run } from "./commands.mjs";

/** A program of Debian's that only a comparison needs: installed when it is needed for the first time. Returns its path. */
export async function ensureProgram(program, name) {
  if (existsSync(program)) return program;
  process.stderr.write(`  installing ${name}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["-q", "update"], { env });
  await run("apt-get", ["-q", "-y", "install", "--no-install-recommends", name], { env });
  return program;
}
