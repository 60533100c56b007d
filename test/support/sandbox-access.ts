import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import type { InstalledPackage } from "./installed-package.ts";

const run = promisify(execFile);

type Variables = Readonly<Record<string, string>>;

/** By daemon, because one that was started anew may listen elsewhere. */
const known = new Map<string, Promise<{ readonly variables: Variables; readonly clients: Clients }>>();

function access(tool: InstalledPackage) {
  const daemon = readFileSync(join(tool.sandboxHome, "daemon.json"), "utf8");
  const key = `${tool.sandboxHome} ${daemon}`;
  const found = known.get(key) ?? ask(tool);
  known.set(key, found);
  return found;
}

async function ask(tool: InstalledPackage) {
  const variables = JSON.parse(await tool.ok("sandbox", "env", "--json")) as Variables;
  const clients = createClients({
    region: variables.AWS_REGION ?? "",
    endpoint: variables.AWS_ENDPOINT_URL ?? "",
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
    },
  });
  return { variables, clients };
}

/** The SDK's clients with what `sandbox env` prints: for breaking and putting right, where a process per call is dear. */
export const clientsOf = async (tool: InstalledPackage): Promise<Clients> => (await access(tool)).clients;

/** Debian's AWS CLI with the exports of `sandbox env`: a client that is not ours. */
export async function aws(tool: InstalledPackage, ...args: string[]): Promise<string> {
  const { variables } = await access(tool);
  // Debian 12's awscli does not know AWS_ENDPOINT_URL.
  const endpoint = ["--endpoint-url", variables.AWS_ENDPOINT_URL ?? "", "--output", "json"];
  const { stdout } = await run("aws", [...endpoint, ...args], { env: { ...process.env, ...variables } });
  return stdout;
}
