import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { World } from "../world.ts";
import type { InstanceFacts } from "./instance-facts.ts";
import { isValidToken, issueToken } from "./token.ts";
import { readMetadata } from "./tree.ts";

/** The endpoint appliance puts `/_lecture05/metadata/VPC_ID` before the path that the instance asked for. */
export const metadataPrefix = "/_lecture05/metadata/";

const maximumTtlSeconds = 21_600;

/** The instance metadata service (IMDSv2) for the instance whose address the appliance vouches for. */
export async function serveMetadata(
  world: World,
  applianceSecret: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!sameSecret(header(request, "x-lecture05-appliance"), applianceSecret)) return answer(response, 403);
  const [vpcId = "", ...rest] = (request.url ?? "").slice(metadataPrefix.length).split("?")[0]?.split("/") ?? [];
  const facts = world.ec2.instanceByPrivateIp(vpcId, header(request, "x-lecture05-peer"));
  if (!facts) return answer(response, 404);
  if (facts.httpEndpoint === "disabled") return answer(response, 403);
  const [version = "", ...path] = rest;
  if (request.method === "PUT" && version === "latest" && path.join("/") === "api/token") {
    return putToken(world, applianceSecret, facts, request, response);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405);
  if (!mayRead(world, applianceSecret, facts, request)) return answer(response, 401);
  if (version === "") return answer(response, 200, "latest");
  if (version !== "latest" && !/^\d{4}-\d\d-\d\d$/.test(version)) return answer(response, 404);
  const value = await readMetadata(world, facts, decodePath(path.join("/")));
  return value === undefined ? answer(response, 404) : answer(response, 200, value);
}

function putToken(
  world: World,
  secret: string,
  facts: InstanceFacts,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // EC2 refuses what came through a proxy on the instance: a token must not leave it.
  if (request.headers["x-forwarded-for"] !== undefined) return answer(response, 403);
  const ttl = header(request, "x-aws-ec2-metadata-token-ttl-seconds");
  const ttlSeconds = /^\d+$/.test(ttl) ? Number(ttl) : 0;
  if (ttlSeconds < 1 || ttlSeconds > maximumTtlSeconds) return answer(response, 400);
  response.setHeader("x-aws-ec2-metadata-token-ttl-seconds", String(ttlSeconds));
  return answer(response, 200, issueToken(secret, facts.instanceId, ttlSeconds, world.now()));
}

function mayRead(world: World, secret: string, facts: InstanceFacts, request: IncomingMessage): boolean {
  const token = header(request, "x-aws-ec2-metadata-token");
  if (token === "") return facts.httpTokens === "optional";
  return isValidToken(secret, facts.instanceId, token, world.now());
}

function answer(response: ServerResponse, status: number, body: string | Uint8Array = ""): void {
  response.writeHead(status, { "content-type": "text/plain", server: "EC2ws" }).end(body);
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function sameSecret(given: string, expected: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
