import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

/** One request as it is logged. The key's id names the signer; its secret is never here. */
export interface RequestLogEntry {
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  readonly mutating: boolean;
  readonly accessKeyId: string;
  readonly status: number;
  readonly errorCode?: string;
  /** The behaviour by which the sandbox did to this request what AWS may do to one; see docs/realism.md. */
  readonly realism?: string;
  readonly durationMs: number;
  readonly requestId: string;
}

const rotateAtBytes = 10 * 1024 * 1024;

/** Appends requests to a file of JSON lines; one old file is kept. */
export class RequestLog {
  private descriptor: number | undefined;
  private sizeBytes = 0;
  /** True behind a line that a full disk cut off. */
  private isTorn = false;

  constructor(
    private readonly file: string,
    private readonly limitBytes = rotateAtBytes,
  ) {}

  /**
   * Synchronous, so that the line is there when the client has its answer, and also after kill -9. A line that cannot be
   * written is left out: the request has had its effect, and its answer must say so.
   */
  append(entry: RequestLogEntry): void {
    try {
      if (this.descriptor !== undefined && this.sizeBytes >= this.limitBytes) this.rotate();
      this.descriptor ??= this.open();
      const line = Buffer.from(`${this.isTorn ? "\n" : ""}${JSON.stringify(entry)}\n`);
      const written = writeSync(this.descriptor, line);
      this.sizeBytes += written;
      this.isTorn = written < line.length;
    } catch {
      // The disk is full, or the directory is gone: what has to be on disk is refused with the reason.
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private open(): number {
    const descriptor = openSync(this.file, "a", 0o600);
    this.sizeBytes = fstatSync(descriptor).size;
    return descriptor;
  }

  private rotate(): void {
    this.close();
    renameSync(this.file, `${this.file}.1`);
  }
}

const readingVerbs = /^(Describe|Get|List|Head|Lookup|Simulate)/;

/** Whether an operation may change something. Sending a command is counted, whatever the command does. */
export function isMutating(operation: string): boolean {
  return operation !== "" && !readingVerbs.test(operation);
}
