import type { Readable } from "node:stream";

/** What goes back to the client. */
export interface Answer {
  status: number;
  readonly headers: Record<string, string>;
  body?: string | Uint8Array | Readable;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function xmlAnswer(status: number, requestId: string, body: string): Answer {
  return {
    status,
    headers: {
      "content-type": "text/xml;charset=UTF-8",
      "x-amzn-requestid": requestId,
      "x-amz-request-id": requestId,
    },
    body: xmlDeclaration + body,
  };
}

export function jsonAnswer(status: number, requestId: string, body: string | Uint8Array): Answer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId },
    body,
  };
}
