import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { collect } from "./installed-package.ts";
import { exchangeLines, type Exchange } from "./wire-recorder.ts";

const script = join(import.meta.dirname, "../api-models/validate.py");

/** One exchange as botocore's model of the service reads it, in the order in which they were given. */
export interface ModelledExchange {
  /** "ec2:RunInstances"; the request's URL where it fits no operation. */
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Parameters that are there and that this botocore is too old to know. */
  readonly newer: readonly string[];
  /** What the model does not allow in the request; empty when it is valid. */
  readonly request: readonly string[];
  /** What botocore cannot parse in the answer, or does not know. */
  readonly response: readonly string[];
}

/** Holds exchanges against the API models of Debian's botocore, in Debian's Python. */
export async function holdAgainstModels(exchanges: readonly Exchange[]): Promise<readonly ModelledExchange[]> {
  const python = "/usr/bin/python3";
  if (!existsSync(python)) throw new Error("python3-botocore is missing; bin/setup --test installs it");
  const child = spawn(python, ["-B", script], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(exchangeLines(exchanges));
  const { code, stdout, stderr } = await collect(child);
  const lines = stdout.split("\n").filter(Boolean);
  if (stderr !== "" || lines.length !== exchanges.length) {
    throw new Error(`validate.py ended with ${code} after ${lines.length} of ${exchanges.length}: ${stderr}`);
  }
  return lines.map((line) => JSON.parse(line) as ModelledExchange);
}
