/** What a request from this machine met: an answer, or the reason why there was none. */
export type HttpOutcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
    }
  | { readonly kind: "refused" | "timeout" | "name-not-found" | "reset"; readonly message: string };

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "HEAD" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly timeoutMs?: number;
}

/** A browser's view: requests from where the tool runs. Redirects are not followed. */
export interface Http {
  request(url: string, request?: HttpRequest): Promise<HttpOutcome>;
}
