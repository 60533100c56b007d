import { randomUUID } from "node:crypto";
import { check } from "../check.ts";
import { alb } from "../alb.ts";
import { visitor } from "../alb/visitor.ts";
import { ec2 } from "../ec2.ts";
import { keepAnswer } from "../keep-answer.ts";
import { findRequest } from "../request-path.ts";
import type { Check, StepContext } from "../step.ts";
import { together } from "../together.ts";
import { text, type PageClient } from "./page-client.ts";
import { originalOn, variantOn, withPictureRecord } from "./picture-record.ts";
import { randomPng } from "./test-image.ts";

/** Follows one picture all the way: into the bucket, out again, and gone when the application deletes it. */
export async function followPicture(ctx: StepContext, bucket: string): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const image = randomPng();
  const requestId = randomUUID();
  const before = new Set((await objectStorage.listObjects(bucket, "")).map(({ key }) => key));
  ctx.progress({
    en: "uploading a picture through the load balancer",
    ja: "ロードバランサー経由で画像をアップロードしています",
  });
  return withPictureRecord(ctx, async ({ page, upload }) => {
    const created = await upload(image, requestId);
    const uploaded = check(
      "upload",
      { en: "A picture can be uploaded", ja: "画像をアップロードできる" },
      "302 or 303",
      [302, 303].includes(created.status) ? "302 or 303" : String(created.status),
    );
    const location = new URL(created.headers.location ?? "/", "http://any").pathname;
    const [path, roundTrip] = await together([
      uploadPath(ctx, requestId),
      uploaded.ok ? thereAndBack(ctx, bucket, before, page, location, image) : [],
    ]);
    return [uploaded, path, ...roundTrip];
  });
}

async function thereAndBack(
  ctx: StepContext,
  bucket: string,
  before: ReadonlySet<string>,
  page: PageClient,
  location: string,
  image: Uint8Array,
): Promise<Check[]> {
  const { objectStorage } = ctx.ports;
  const added = (await objectStorage.listObjects(bucket, ""))
    .map(({ key }) => key)
    .filter((key) => !before.has(key) && !key.startsWith("logs/"));
  const key = await keyWithBytes(ctx, bucket, added, image);
  const stored = check(
    "object-stored",
    { en: "It is an object in the bucket, byte for byte", ja: "バケットに同じ内容のオブジェクトがある" },
    `${image.length} bytes, equal`,
    key ? `${image.length} bytes, equal` : `${added.length} new objects, none equal`,
  );
  const served = await comesBack(ctx, page, location, image);
  await page.submit(location, location, { _method: "delete" });
  const left = key ? await objectStorage.getObject(bucket, key) : undefined;
  const deleted = check(
    "object-deleted",
    { en: "Deleted in the application, gone in the bucket", ja: "アプリで削除するとバケットからも消える" },
    "gone",
    !key ? "it was never there" : left ? "still there" : "gone",
  );
  return [stored, ...served, deleted];
}

/** The upload in the logs of both servers. */
async function uploadPath(ctx: StepContext, requestId: string): Promise<Check> {
  const { nginx, puma } = await findRequest(ctx, ctx.output(ec2).hosts, requestId);
  const seen = [nginx ? `Nginx ${nginx.status}` : "", puma ? `Puma ${puma.status}` : ""].filter(Boolean).join(", ");
  return check(
    "upload-path",
    { en: "Nginx's and Puma's logs have the upload", ja: "Nginx と Puma のログにアップロードがある" },
    "Nginx 303, Puma 303",
    seen || "no line in either",
  );
}

async function comesBack(ctx: StepContext, page: PageClient, location: string, image: Uint8Array): Promise<Check[]> {
  const answer = await page.get(location);
  const show = text(answer.body);
  const original = originalOn(show);
  const back = original ? await page.get(original) : undefined;
  const same = back?.status === 200 && Buffer.from(back.body).equals(Buffer.from(image));
  const thumbnail = variantOn(show);
  const variant = thumbnail ? await page.get(thumbnail) : undefined;
  const pictures = thumbnail && variant?.status === 200 ? { [thumbnail]: variant } : {};
  if (answer.status === 200) {
    const output = ctx.output(alb);
    const http = await visitor(ctx.ports, output);
    await keepAnswer(ctx, new URL(location, output.url).href, answer, pictures, http);
  }
  return [
    check(
      "object-served",
      { en: "It comes back through the load balancer", ja: "ロードバランサー経由で同じ画像が返る" },
      "200, equal",
      back ? `${back.status}, ${same ? "equal" : "different"}` : "no link on the page",
    ),
    check(
      "variant-served",
      { en: "Its reduced form is made and served", ja: "縮小画像が生成され表示される" },
      "200 image",
      variant ? `${variant.status} ${(variant.headers["content-type"] ?? "").split("/")[0]}` : "no image on the page",
    ),
  ];
}

async function keyWithBytes(
  ctx: StepContext,
  bucket: string,
  keys: readonly string[],
  bytes: Uint8Array,
): Promise<string | undefined> {
  for (const key of keys) {
    const stored = await ctx.ports.objectStorage.getObject(bucket, key);
    if (stored && Buffer.from(stored).equals(Buffer.from(bytes))) return key;
  }
  return undefined;
}
