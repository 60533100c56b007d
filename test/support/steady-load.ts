import { get } from "node:http";

export interface Visit {
  /** An HTTP status, or what a connection ended with. */
  readonly outcome: string;
  readonly body: string;
}

/** Visitors who come at a steady pace, each on a connection of its own, until they are told to stop. */
export class SteadyLoad {
  readonly visits: Visit[] = [];
  private readonly underWay: Promise<void>[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(url: string, rate: number) {
    this.timer = setInterval(() => {
      this.underWay.push(visit(url).then((seen) => void this.visits.push(seen)));
    }, 1000 / rate);
  }

  async stop(): Promise<readonly Visit[]> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    return this.visits;
  }
}

function visit(url: string): Promise<Visit> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 20_000 }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ outcome: String(response.statusCode), body: Buffer.concat(parts).toString("utf8") }),
      );
      response.on("error", (error) => resolve({ outcome: error.message, body: "" }));
    });
    request.on("timeout", () => request.destroy(new Error("timeout")));
    request.on("error", (error) => resolve({ outcome: error.message, body: "" }));
  });
}
