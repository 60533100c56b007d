import type { World } from "../world.ts";
import { AlbDelivery } from "./alb-delivery.ts";
import { S3Delivery } from "./s3-delivery.ts";
import type { S3Request } from "./s3-line.ts";

/** AWS takes minutes (load balancers) to hours (S3); whoever rehearses is not to wait for it. */
export const friendlyIntervalMs = 1_000;

export interface DeliveryOptions {
  /** Asked before each pause. Default: one second. */
  readonly pauseMs?: (() => number) | undefined;
}

/** Access logs of load balancers and buckets on their way into the buckets that were named for them. */
export class Deliveries {
  private readonly alb: AlbDelivery;
  private readonly s3: S3Delivery;
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly world: World,
    private readonly options: DeliveryOptions = {},
  ) {
    this.alb = new AlbDelivery(world, world.now());
    this.s3 = new S3Delivery(world);
  }

  note(request: S3Request): void {
    this.s3.note(request);
  }

  start(): void {
    this.timer = setTimeout(() => {
      this.underWay = this.deliver().finally(() => {
        this.underWay = undefined;
        if (this.timer) this.start();
      });
    }, this.options.pauseMs?.() ?? friendlyIntervalMs).unref();
  }

  /** What is on its way is lost, as with any daemon that ends. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.underWay;
  }

  /** Never rejects: nobody waits for a log. */
  async deliver(): Promise<void> {
    for (const part of [this.alb, this.s3]) {
      await part.deliver().catch((error: unknown) => {
        this.world.log({ level: "error", event: "access-logs-not-delivered", error: String(error) });
      });
    }
  }
}
