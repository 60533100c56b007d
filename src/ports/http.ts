/** What a request from this machine met: an answer, or the reason why there was none. */
export type HttpOutcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | HttpFailure;

export interface HttpFailure {
  readonly kind: "refused" | "timeout" | "name-not-found" | "reset";
  readonly message: string;
}

/**
 * Where a request for an https address goes, and who has to answer it: the page's name need not lead to the load
 * balancer in DNS, and the certificate need not be one that this machine trusts, as long as it is the very one expected.
 */
export interface TlsRoute {
  /** The host that is connected to, in place of the address's own. */
  readonly connectTo: string;
  /** The name that is asked for in the handshake (SNI). */
  readonly serverName: string;
  /** SHA-256 of the certificate, "AB:CD:…". Another one ends the request before anything of it is sent. */
  readonly fingerprint: string;
}

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "HEAD" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly timeoutMs?: number;
  /** For https addresses; absent: as a browser does it. */
  readonly route?: TlsRoute;
}

/** What a TLS handshake came to. */
export type HandshakeOutcome =
  | {
      readonly kind: "connected";
      /** "TLSv1.3" … */
      readonly version: string;
      readonly fingerprint: string;
      /** ISO 8601, UTC. */
      readonly notAfter: string;
    }
  | HttpFailure;

/** A browser's view: requests from where the tool runs. Redirects are not followed. */
export interface Http {
  request(url: string, request?: HttpRequest): Promise<HttpOutcome>;
  /** A handshake alone on port 443, whoever signed the certificate. `newest`: no newer version is offered. */
  handshake(host: string, serverName: string, newest?: "TLSv1.1"): Promise<HandshakeOutcome>;
  /** Sends one line, which need not be HTTP, to port 80; the first line of what comes back. */
  say(host: string, line: string): Promise<{ readonly kind: "line"; readonly line: string } | HttpFailure>;
  /** The addresses of a name as this machine finds them; [] when it finds none. */
  addresses(name: string): Promise<string[]>;
}
