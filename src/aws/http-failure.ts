import type { HttpFailure } from "../ports/http.ts";

/** Why there was no answer, in the port's words. */
export function failureOf(error: NodeJS.ErrnoException): HttpFailure {
  const message = error.code ?? error.message;
  switch (error.code) {
    case "ECONNREFUSED":
      return { kind: "refused", message };
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { kind: "name-not-found", message };
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { kind: "timeout", message };
    default:
      return { kind: "reset", message };
  }
}
