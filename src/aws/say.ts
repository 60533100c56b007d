import { connect } from "node:net";
import type { Http } from "../ports/http.ts";
import { failureOf } from "./http-failure.ts";

const timeoutMs = 10_000;

/** Bytes instead of a request: what answers shows who has read them. */
export const say: Http["say"] = (host, line) =>
  new Promise((resolve) => {
    const socket = connect({ host, port: 80 });
    let heard = "";
    const finish = (outcome: Awaited<ReturnType<Http["say"]>>): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(timeoutMs, () => finish({ kind: "timeout", message: `no answer within ${timeoutMs} ms` }));
    socket.once("connect", () => socket.write(`${line}\r\n\r\n`));
    socket.on("data", (part: Buffer) => {
      heard += part.toString("latin1");
      const end = heard.indexOf("\n");
      if (end >= 0) finish({ kind: "line", line: heard.slice(0, end).trim() });
    });
    socket.once("end", () => finish({ kind: "reset", message: "closed without an answer" }));
    socket.once("error", (error: NodeJS.ErrnoException) => finish(failureOf(error)));
  });
