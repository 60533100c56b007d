import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * Who may see the page. It listens on this machine only, but other users and every web page that a browser has open
 * reach that, too. So: an address that works once, a cookie for it that no script reads and no other site sends, and
 * nothing under a foreign name (DNS rebinding).
 */
export interface Access {
  /** A token that opens the page once. Those that were made before and not used are void. */
  issue(): string;
  /** Takes a token for the value of a `Set-Cookie` header; undefined when it is not the one that was issued last. */
  redeem(token: string, port: number): string | undefined;
  admits(request: IncomingMessage, port: number): boolean;
  /** Whether the request was made for this page's own name, by nobody else's page. */
  isAddressedHere(request: IncomingMessage, port: number): boolean;
}

export function createAccess(): Access {
  const session = secret();
  let token: string | undefined;
  return {
    issue: () => (token = secret()),
    redeem(given, port) {
      if (token === undefined || !isSame(given, token)) return undefined;
      token = undefined;
      return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`;
    },
    admits: (request, port) => cookiesOf(request, cookieName(port)).some((value) => isSame(value, session)),
    isAddressedHere({ headers }, port) {
      const names = [`127.0.0.1:${port}`, `localhost:${port}`];
      if (port === 80) names.push("127.0.0.1", "localhost");
      const origins = names.map((name) => `http://${name}`);
      return names.includes(headers.host ?? "") && (headers.origin === undefined || origins.includes(headers.origin));
    },
  };
}

/** Cookies do not know ports: two pages on one machine must not push out each other's. */
const cookieName = (port: number): string => `lecture05-${port}`;

const secret = (): string => randomBytes(32).toString("base64url");

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function cookiesOf({ headers }: IncomingMessage, name: string): string[] {
  return (headers.cookie ?? "")
    .split(";")
    .map((part) => part.trim())
    .flatMap((part) => (part.startsWith(`${name}=`) ? [part.slice(name.length + 1)] : []));
}
