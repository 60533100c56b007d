import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { TLSSocket } from "node:tls";
import type { Http, HttpOutcome } from "../ports/http.ts";
import { failureOf } from "./http-failure.ts";
import { say } from "./say.ts";
import { addresses, handshake, requireCertificate } from "./tls.ts";

const defaultTimeoutMs = 10_000;
/** A page that is larger than this is not one of ours; reading on would only fill the memory. */
const maxBodyBytes = 32 * 1024 * 1024;

/** Plain requests from this machine, one connection each, so that every probe is a new one as a new visitor's. */
export function createHttp(): Http {
  return {
    addresses,
    handshake,
    say,
    request: (url, { method = "GET", headers = {}, body, timeoutMs = defaultTimeoutMs, route } = {}) =>
      new Promise((resolve) => {
        const target = new URL(url);
        const send = target.protocol === "https:" ? httpsRequest : httpRequest;
        const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
        const request = send(target, {
          method,
          agent: false,
          headers: { "user-agent": "lecture05", host: target.host, ...length, ...headers },
          ...(isLocal(target.hostname) ? { hostname: "127.0.0.1" } : {}),
          ...(route ? { hostname: route.connectTo, servername: route.serverName, rejectUnauthorized: false } : {}),
        });
        const timer = setTimeout(() => {
          request.destroy();
          resolve({ kind: "timeout", message: `no answer within ${timeoutMs} ms` });
        }, timeoutMs);
        const finish = (outcome: HttpOutcome): void => {
          clearTimeout(timer);
          resolve(outcome);
        };
        request.on("error", (error) => finish(failureOf(error)));
        request.on("response", (response) => {
          const parts: Buffer[] = [];
          let size = 0;
          response.on("data", (part: Buffer) => {
            size += part.length;
            if (size > maxBodyBytes) request.destroy(new Error(`the answer is larger than ${maxBodyBytes} bytes`));
            else parts.push(part);
          });
          response.on("error", (error) => finish(failureOf(error)));
          response.on("end", () =>
            finish({
              kind: "answer",
              status: response.statusCode ?? 0,
              headers: flatten(response.headers),
              body: Buffer.concat(parts),
            }),
          );
        });
        if (!route) {
          request.end(body);
          return;
        }
        // Nothing leaves before it is known who is at the other end.
        request.once("socket", (socket) =>
          socket.once("secureConnect", () => {
            try {
              requireCertificate(socket as TLSSocket, route.fingerprint);
            } catch (error) {
              request.destroy(error as Error);
              return;
            }
            request.end(body);
          }),
        );
      }),
  };
}

/** Names below localhost are this machine's (RFC 6761), also where the resolver has not heard of it. */
const isLocal = (hostname: string): boolean => hostname.endsWith(".localhost");

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const flat: Record<string, string> = {};
  // Several cookies come as a list; one line each keeps them apart.
  for (const [name, value] of Object.entries(headers))
    flat[name] = Array.isArray(value) ? value.join("\n") : (value ?? "");
  return flat;
}
