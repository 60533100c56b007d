import { describe, expect, it } from "vitest";
import type { Http } from "../../../src/ports/http.ts";
import { pathsOf, removeFruits } from "../../../src/steps/s3/remove-fruits.ts";

const name = "lecture05 check a41907e2";
const list = `<ul>
  <h2><a href="/fruits/7">りんご</a></h2>
  <h2><a href="/fruits/8?locale=ja">${name}</a></h2>
  <h2><a href="/fruits/9">${name} and more</a></h2>
  <h2><a class="x" href="/fruits/10">${name}</a></h2>`;

/** The list at first, then this status for every deletion. */
function application(status: number) {
  const deleted: string[] = [];
  const http: Pick<Http, "request"> = {
    request: async (url, { method = "GET" } = {}) => {
      if (method === "POST") deleted.push(new URL(url).pathname);
      return { kind: "answer", status: method === "POST" ? status : 200, headers: {}, body: Buffer.from(list) };
    },
  };
  return { deleted, http: http as Http };
}

describe("records that a check made", () => {
  it("are found by their whole name and nothing else", () => {
    expect(pathsOf(list, name)).toEqual(["/fruits/8", "/fruits/10"]);
    expect(pathsOf("", name)).toEqual([]);
  });

  it("are deleted, and those of other people are not", async () => {
    const { deleted, http } = application(303);
    await removeFruits(http, "http://127.0.0.1", name);
    expect(deleted).toEqual(["/fruits/8", "/fruits/10"]);
  });

  it("that could not be deleted are not taken for gone", async () => {
    await expect(removeFruits(application(500).http, "http://127.0.0.1", name)).rejects.toMatchObject({
      code: "STEP_CHECK_FAILED",
      detail: { why: { en: "The application answered 500" } },
    });
  });
});
