import type Docker from "dockerode";
import type { LoadBalancerLogLine } from "../runtime.ts";
import { statusOf } from "./engine.ts";

/** What a container wrote to its standard output since then, with the engine's time stamps. [] when it is gone. */
export async function linesSince(container: Docker.Container, since: Date): Promise<LoadBalancerLogLine[]> {
  let log: Buffer;
  try {
    const seconds = since.getTime() / 1000;
    log = await container.logs({ stdout: true, stderr: false, timestamps: true, since: seconds });
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
  return payloadOf(log)
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const space = line.indexOf(" ");
      return { time: line.slice(0, space), text: line.slice(space + 1) };
    });
}

const headerBytes = 8;

/** Without a terminal the engine puts a header before each piece: stream, three zeros, length. */
export function payloadOf(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + headerBytes <= log.length;) {
    const end = at + headerBytes + log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
