import { lookup } from "node:dns/promises";
import { connect, type TLSSocket } from "node:tls";
import type { HandshakeOutcome, Http } from "../ports/http.ts";
import { failureOf } from "./http-failure.ts";

const timeoutMs = 10_000;

/** Another certificate than the expected one answered. */
export class OtherCertificateError extends Error {
  override readonly name = "OtherCertificateError";
}

/** Throws when the other end has not shown the certificate of this fingerprint. */
export function requireCertificate(socket: TLSSocket, fingerprint: string): void {
  const seen = socket.getPeerCertificate().fingerprint256;
  if (seen !== fingerprint) throw new OtherCertificateError(`another certificate answered: ${seen}`);
}

export const handshake: Http["handshake"] = (host, serverName, newest) =>
  new Promise<HandshakeOutcome>((resolve) => {
    const socket = connect({
      host,
      port: 443,
      servername: serverName,
      // Which certificate it is, is what is asked.
      rejectUnauthorized: false,
      // OpenSSL offers what is older than TLS 1.2 only when it is told to mind nothing.
      ...(newest ? { minVersion: "TLSv1", maxVersion: newest, ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ kind: "timeout", message: `no handshake within ${timeoutMs} ms` });
    }, timeoutMs);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      const { fingerprint256, valid_to } = socket.getPeerCertificate();
      resolve({
        kind: "connected",
        version: socket.getProtocol() ?? "unknown",
        fingerprint: fingerprint256,
        notAfter: new Date(valid_to).toISOString(),
      });
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(failureOf(error));
    });
  });

export const addresses: Http["addresses"] = async (name) => {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};
