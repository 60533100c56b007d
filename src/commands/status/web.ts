import { Lecture05Error } from "../../errors.ts";
import { redactForPublication } from "../../records/publish.ts";
import { redactDeep } from "../../records/redact.ts";
import { pageScript, pageStyle } from "../../report/html-assets.ts";
import { liveScript, liveStyle } from "../../web/assets.ts";
import { livePage, refusalPage } from "../../web/page.ts";
import { serveWeb, type WebFile } from "../../web/serve.ts";
import type { Invocation } from "../command.ts";
import { interruptedExitCode } from "../interrupt.ts";
import { wholeNumber } from "../whole-number.ts";
import { createWatch } from "./watch.ts";

const portOption = { option: "--port", least: 0, most: 65_535, command: "lecture05 status" };

/** The page that follows a stack, until Ctrl-C. Reads only, and takes no lock. */
export async function statusWeb(invocation: Invocation): Promise<number> {
  const { language, io, json } = invocation;
  if (invocation.options.web !== true) throw portWithoutWeb();
  // 0: any that is free.
  const port = wholeNumber(invocation.options.port, { ...portOption, otherwise: 0 });
  const signal = invocation.signal({ quiet: true });
  const files = new Map<string, WebFile>([
    ["/style.css", { type: "text/css; charset=utf-8", body: pageStyle + liveStyle }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: liveScript(pageScript) }],
  ]);
  const watch = await createWatch(invocation, clean);
  const server = await serveWeb(
    {
      async file(path) {
        if (path === "/") return { type: "text/html; charset=utf-8", body: livePage(language, watch.stack) };
        return files.get(path) ?? watch.file(path);
      },
      location: (path) => (path === "/application" ? watch.url : undefined),
      refusal: (again) => refusalPage(language, again),
    },
    port,
  );
  const show = (): void => {
    const address = server.newAddress();
    if (json) return invocation.print(JSON.stringify({ type: "web.started", url: address }));
    invocation.print(
      invocation.text({ en: `The page of stack ${watch.stack}:`, ja: `スタック ${watch.stack} のページ:` }),
      `  ${address}`,
    );
  };
  show();
  const isAsking = !json && io.stdin.isTTY === true;
  if (!json) {
    const enter = { en: " Enter: another address.", ja: "Enter で新しいアドレスを表示、" };
    const once = {
      en: "The address works once, in one browser.",
      ja: "アドレスは 1 つのブラウザで 1 回だけ有効です。",
    };
    const end = { en: " Ctrl-C ends.", ja: "Ctrl-C で終了します。" };
    invocation.print(`  ${invocation.text(once)}${isAsking ? invocation.text(enter) : ""}${invocation.text(end)}`);
  }
  if (isAsking) io.stdin.on("data", show);
  try {
    await watch.follow(server, signal);
  } finally {
    if (isAsking) io.stdin.off("data", show).pause();
    watch.close();
    await server.close();
  }
  return interruptedExitCode;
}

/** What everything goes through that the page shows: it stands on a screen that others see, and ends up in pictures. */
const clean = <T>(value: T): T => mapTexts(redactDeep(value), redactForPublication);

function mapTexts<T>(given: T, change: (text: string) => string): T {
  if (typeof given === "string") return change(given) as T;
  if (Array.isArray(given)) return given.map((part: unknown) => mapTexts(part, change)) as T;
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(Object.entries(given).map(([key, part]) => [key, mapTexts(part as unknown, change)])) as T;
}

function portWithoutWeb(): Lecture05Error {
  return new Lecture05Error("USAGE", {
    what: { en: "--port has a meaning with --web only", ja: "--port は --web と一緒に指定してください" },
    next: ["lecture05 status --web --port 8080"],
  });
}
