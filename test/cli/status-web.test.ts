import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fullState } from "../report/sample.ts";
import { serve } from "../web/served.ts";
import { run } from "./support/run.ts";
import { sampleState } from "./support/state.ts";

describe("status --web", () => {
  it("tells the address, serves until Ctrl-C, and ends with 130; takes no lock and starts no sandbox", async () => {
    const served = await serve({ state: sampleState() });
    const headers = { cookie: await served.cookie() };
    expect((await fetch(`${served.origin}/`, { headers })).status).toBe(200);
    const elsewhere = await fetch(`${served.origin}/application`, { headers, redirect: "manual" });
    expect(elsewhere.headers.get("location")).toBe("http://lecture05-1.example");
    const { exitCode, stdout, stderr, exitsAtOnce } = await served.stop();
    expect({ exitCode, stderr, exitsAtOnce }).toEqual({ exitCode: 130, stderr: "", exitsAtOnce: [] });
    expect(stdout).toMatch(
      /The page of stack lecture05:\n {2}http:\S+\n {2}The address works once[^\n]*Ctrl-C ends\.\n$/,
    );
    expect(served.services.sandboxCalls).toEqual([]);
    expect(existsSync(join(served.directory, "lock"))).toBe(false);
    await expect(fetch(served.origin)).rejects.toThrow("fetch failed");
  });

  it("tells programs the address in one line", async () => {
    const served = await serve({ state: fullState() }, ["--json"]);
    const { stdout } = await served.stop();
    expect(JSON.parse(stdout)).toEqual({ type: "web.started", url: served.address });
  });

  it("works before there is a stack", async () => {
    const served = await serve({}, ["--lang", "ja"]);
    const headers = { cookie: await served.cookie() };
    expect(await (await fetch(`${served.origin}/`, { headers })).text()).toContain('<html lang="ja">');
    expect((await fetch(`${served.origin}/report`, { headers })).status).toBe(404);
    expect((await fetch(`${served.origin}/application`, { headers })).status).toBe(404);
    expect((await served.stop()).stdout).toContain(
      "アドレスは 1 つのブラウザで 1 回だけ有効です。Ctrl-C で終了します。",
    );
  });

  it("says which port it cannot have, and why", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { exitCode, stderr } = await run(["status", "--web", "--port", String(port)]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`The page cannot listen on port ${port}`);
    expect(stderr).toContain("Another program has the port");
    expect(stderr).toContain("Code: PORT_UNAVAILABLE");
  });

  it.each([
    [["--web", "--port", "65536"], '--port cannot be "65536"'],
    [["--web", "--port", "http"], '--port cannot be "http"'],
    [["--web", "--port=-1"], '--port cannot be "-1"'],
    [["--port", "8080"], "--port has a meaning with --web only"],
    [["--web", "--live"], "contradict each other"],
  ])("refuses %j", async (args, text) => {
    const { exitCode, stderr } = await run(["status", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(text);
  });
});
