import { randomBytes } from "node:crypto";
import { bucketArn } from "../s3/arn.ts";
import { putAsService } from "../s3/service-put.ts";
import type { World } from "../world.ts";
import { s3Line, type S3Request } from "./s3-line.ts";

const deliveryService = "logging.s3.amazonaws.com";
/** What nobody takes away for so long is forgotten from the front. */
const maximumLines = 50_000;

/** Server access logs: noted in memory, delivered to the bucket that the source bucket names. */
export class S3Delivery {
  private readonly lines = new Map<string, string[]>();

  constructor(private readonly world: World) {}

  note(request: S3Request): void {
    if (!this.world.s3.find(request.bucket)?.config.logging) return;
    const lines = this.lines.get(request.bucket) ?? [];
    lines.push(s3Line(request, this.world.account));
    if (lines.length > maximumLines) lines.splice(0, lines.length - maximumLines);
    this.lines.set(request.bucket, lines);
  }

  async deliver(): Promise<void> {
    for (const [source, lines] of this.lines) {
      this.lines.delete(source);
      const config = this.world.s3.find(source)?.config;
      const logging = config?.logging;
      if (!config || !logging) continue;
      const stamp = this.world.now().toISOString().slice(0, 19).replaceAll(/[T:]/g, "-");
      const key = `${logging.TargetPrefix ?? ""}${stamp}-${randomBytes(8).toString("hex").toUpperCase()}`;
      await putAsService(this.world, {
        bucket: logging.TargetBucket ?? "",
        key,
        bytes: Buffer.from(lines.map((line) => `${line}\n`).join("")),
        contentType: "text/plain",
        service: deliveryService,
        sourceArn: bucketArn(source, config.region),
      });
    }
  }
}
