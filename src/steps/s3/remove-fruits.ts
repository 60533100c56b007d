import { Lecture05Error } from "../../errors.ts";
import type { Http } from "../../ports/http.ts";
import { PageClient, text } from "./page-client.ts";

/** Deletes the records of exactly this name, and so their pictures, as a visitor of the page would. */
export async function removeFruits(http: Http, url: string, name: string): Promise<void> {
  const page = new PageClient(http, url);
  const list = text((await page.get("/")).body);
  for (const path of pathsOf(list, name)) {
    const { status } = await page.submit(path, path, { _method: "delete" });
    if (status >= 400) throw notDeleted(path, status);
  }
}

function notDeleted(path: string, status: number): Lecture05Error {
  return new Lecture05Error("STEP_CHECK_FAILED", {
    what: { en: `The record ${path} could not be deleted`, ja: `レコード ${path} を削除できませんでした` },
    why: { en: `The application answered ${status}`, ja: `アプリケーションの応答は ${status} でした` },
    next: ["lecture05 verify s3"],
  });
}

/** Where the list links to under this name. The names of our own records hold nothing that HTML would write otherwise. */
export function pathsOf(list: string, name: string): string[] {
  return [...list.matchAll(/<a [^>]*href="([^"?]*\/fruits\/\d+)[^"]*"[^>]*>([^<]*)<\/a>/g)].flatMap(([, path, label]) =>
    path && label === name ? [path] : [],
  );
}
