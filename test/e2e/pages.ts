import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { createHttp } from "../../src/aws/http.ts";
import { PageClient } from "../../src/steps/s3/page-client.ts";
import { randomPng } from "../../src/steps/s3/test-image.ts";
import type { InstalledPackage } from "../support/installed-package.ts";
import { aws } from "../support/sandbox-access.ts";
import { statusOf } from "./status.ts";

/** The application as its visitors use it, on a stack that stands whole. Registered by the file that owns the stack. */
export function pages(tool: () => InstalledPackage): void {
  it("stores an uploaded picture in the bucket, as an independent client sees it", async () => {
    const { url, resources } = await statusOf(tool());
    const bucket = resources.find(({ type }) => type === "s3:bucket")?.id ?? "";
    const image = Buffer.from(randomPng());
    const page = new PageClient(createHttp(), url);
    const created = await page.submit("/fruits/new", "/fruits", {
      "fruit[name]": "りんご & co",
      "fruit[description]": "",
      "fruit[picture]": { fileName: "apple.png", contentType: "image/png", bytes: image },
    });
    expect(created.status).toBe(303);

    const listed = JSON.parse(await aws(tool(), "s3api", "list-objects-v2", "--bucket", bucket)) as {
      Contents: { Key: string }[];
    };
    const copies: Buffer[] = [];
    for (const { Key } of listed.Contents.filter(({ Key: key }) => !key.startsWith("logs/"))) {
      const file = join(tool().root, "copy");
      await aws(tool(), "s3api", "get-object", "--bucket", bucket, "--key", Key, file);
      copies.push(readFileSync(file));
    }
    expect(copies.some((copy) => copy.equals(image))).toBe(true);
  });

  it("looks right to a person with a browser", async () => {
    const { url } = await statusOf(tool());
    const picture = join(tool().root, "pear.png");
    writeFileSync(picture, randomPng(400, 300));
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
      ],
    });
    try {
      const page = await browser.newPage({ locale: "ja-JP", viewport: { width: 390, height: 844 } });
      const problems: string[] = [];
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("requestfailed", (request) => problems.push(`${request.url()} ${request.failure()?.errorText}`));
      await page.goto(`${url}/fruits/new`);
      await page.getByLabel("名前").fill("洋梨");
      await page.getByLabel("画像").setInputFiles(picture);
      await page.getByRole("button", { name: "保存" }).click();
      await page.getByRole("heading", { name: "洋梨" }).waitFor();
      // Going on before its picture has come would break the request off.
      await page.waitForLoadState("networkidle");
      await page.goto(url);
      const thumbnail = page.getByRole("img", { name: "洋梨" });
      await thumbnail.waitFor();
      await page.waitForLoadState("networkidle");
      expect(await thumbnail.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBe(
        320,
      );
      // Nothing is wider than a phone.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
      await page.getByRole("listitem").filter({ hasText: "洋梨" }).getByRole("button", { name: "削除" }).click();
      await page.getByRole("status").waitFor();
      expect(await page.getByRole("img", { name: "洋梨" }).count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
}
