import { randomUUID } from "node:crypto";
import type { StepContext } from "../step.ts";
import { alb } from "../alb.ts";
import { routeTo, visiting } from "../alb/visitor.ts";
import { PageClient } from "./page-client.ts";

export interface PictureRecord {
  readonly name: string;
  /** A visitor of the application at the load balancer. */
  readonly page: PageClient;
  /** Makes a record with this picture. */
  readonly upload: (image: Uint8Array, requestId: string) => ReturnType<PageClient["submit"]>;
  /** Makes one without a picture. */
  readonly submit: (requestId: string) => ReturnType<PageClient["submit"]>;
}

/**
 * Runs work that makes records with pictures, and sees to it that none stays behind: not after a failure, not after an
 * interruption, and not when an upload failed after its record was saved.
 */
export async function withPictureRecord<T>(ctx: StepContext, work: (record: PictureRecord) => Promise<T>): Promise<T> {
  const output = ctx.output(alb);
  const { url } = output;
  const route = await routeTo(ctx.ports, output);
  const name = `lecture05 check ${randomUUID()}`;
  const page = new PageClient(visiting(ctx.ports.http, route), url);
  return ctx.without([{ kind: "fruit", url, name, ...(route ? { route } : {}) }], () =>
    work({
      name,
      page,
      submit: (requestId) =>
        page.submit(
          "/fruits/new",
          "/fruits",
          {
            "fruit[name]": name,
            "fruit[description]": "Made by lecture05 to prove the way to the database; deleted again at once.",
          },
          { "x-request-id": requestId },
        ),
      upload: (image, requestId) =>
        page.submit(
          "/fruits/new",
          "/fruits",
          {
            "fruit[name]": name,
            "fruit[description]": "Made by lecture05 to prove the way to S3; deleted again at once.",
            "fruit[picture]": { fileName: "check.png", contentType: "image/png", bytes: image },
          },
          { "x-request-id": requestId },
        ),
    }),
  );
}

/** Where the page of a record links to its picture as it was uploaded. */
export function originalOn(page: string): string | undefined {
  return /href="([^"]*\/rails\/active_storage\/[^"]*)"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
}

/** Where it shows the reduced form. */
export function variantOn(page: string): string | undefined {
  return /<img[^>]*src="([^"]*\/rails\/active_storage\/[^"]*)"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
}
