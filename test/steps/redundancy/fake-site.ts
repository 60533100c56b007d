import type { Http, HttpRequest } from "../../../src/ports/http.ts";

/** The sample application on several hosts that take turns, as far as a visitor can tell them apart. */
export class FakeSite {
  /** By host; those that are alike share their cookies and forms. */
  readonly secrets = new Map<string, string>();
  /** By host; records that are not in the database of all are where they were saved. */
  readonly databases = new Map<string, Map<string, { name: string; picture: Uint8Array }>>();
  private turn = 0;
  private saved = 0;

  constructor(
    private readonly ids: readonly string[],
    isShared = true,
  ) {
    const common = new Map();
    for (const id of ids) {
      this.secrets.set(id, "one");
      this.databases.set(id, isShared ? common : new Map());
    }
  }

  readonly http: Http = {
    request: async (url, request = {}) => this.answer(new URL(url).pathname, request),
    handshake: async () => ({ kind: "refused", message: "" }),
    say: async () => ({ kind: "refused", message: "" }),
    addresses: async () => [],
  };

  private answer(path: string, { method = "GET", headers = {}, body }: HttpRequest) {
    const host = this.ids[this.turn++ % this.ids.length] ?? "";
    const secret = this.secrets.get(host) ?? "";
    const records = this.databases.get(host) ?? new Map<string, { name: string; picture: Uint8Array }>();
    const page = (status: number, html: string, more: Record<string, string> = {}) => ({
      kind: "answer" as const,
      status,
      headers: { "set-cookie": `session=${secret}`, ...more },
      body: Buffer.from(`${html}<footer><dl><dd>${host}</dd><dd>zone</dd></dl></footer>`),
    });
    const form = (action: string) =>
      `<form action="${action}"><input name="authenticity_token" value="${secret}"></form>`;
    const picture = /^\/rails\/active_storage\/(\d+)$/.exec(path)?.[1];
    if (picture) {
      const found = records.get(picture);
      return {
        kind: "answer" as const,
        status: found ? 200 : 404,
        headers: {},
        body: found?.picture ?? Buffer.alloc(0),
      };
    }
    const id = /^\/fruits\/(\d+)$/.exec(path)?.[1];
    if (method === "POST") {
      const text = Buffer.from((body ?? "") as Uint8Array).toString("latin1");
      const isOwn = headers.cookie?.includes(`session=${secret}`) && text.includes(`\r\n\r\n${secret}\r\n`);
      // Rails' own page, which is a file.
      if (!isOwn) return { kind: "answer" as const, status: 422, headers: {}, body: Buffer.from("no") };
      if (id) return (records.delete(id), page(303, "", { location: "/" }));
      const name = /name="fruit\[name\]"\r\n\r\n(.*?)\r\n/.exec(text)?.[1] ?? "";
      if (name === "") return page(422, form("/fruits"));
      const file = /Content-Type: image\/png\r\n\r\n([\s\S]*?)\r\n--lecture05/.exec(text)?.[1] ?? "";
      records.set(String(++this.saved), { name, picture: Buffer.from(file, "latin1") });
      return page(303, "", { location: `/fruits/${this.saved}` });
    }
    if (id) {
      const found = records.get(id);
      if (!found) return { kind: "answer" as const, status: 404, headers: {}, body: Buffer.from("") };
      return page(200, `<a href="/rails/active_storage/${id}">${found.name}</a>${form(`/fruits/${id}`)}`);
    }
    const list = [...records].map(([key, { name }]) => `<a href="/fruits/${key}">${name}</a>`).join("");
    return page(200, path === "/fruits/new" ? form("/fruits") : list);
  }
}
