import type Docker from "dockerode";
import { pack } from "tar-stream";

/** A file on its way into a container; paths are absolute. */
export interface ContainerFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Writes files into a container, running or not. The content never shows up in arguments, labels or environment. */
export async function putFiles(container: Docker.Container, files: readonly ContainerFile[]): Promise<void> {
  await container.putArchive(tarOf(files), { path: "/" });
}

function tarOf(files: readonly ContainerFile[]): NodeJS.ReadableStream {
  const archive = pack();
  // No entries for directories: the engine makes the missing ones, and an entry would change the mode of one that exists.
  for (const file of files) archive.entry({ name: file.path.replace(/^\//, ""), mode: file.mode }, file.content);
  archive.finalize();
  // tar-stream types its streams by itself, but they are readable streams.
  return archive as unknown as NodeJS.ReadableStream;
}

/** Splits the engine's multiplexed stream: 8 bytes of header (which stream, how long), then that many bytes. */
export class StreamSplitter {
  private readonly out: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  private header = Buffer.alloc(0);
  private remaining = 0;
  private current: 1 | 2 = 1;

  write(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.remaining === 0) {
        const missing = 8 - this.header.length;
        this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.header.length < 8) return;
        this.current = this.header[0] === 2 ? 2 : 1;
        this.remaining = this.header.readUInt32BE(4);
        this.header = Buffer.alloc(0);
        continue;
      }
      const part = rest.subarray(0, this.remaining);
      this.out[this.current].push(part);
      this.remaining -= part.length;
      rest = rest.subarray(part.length);
    }
  }

  get stdout(): Buffer {
    return Buffer.concat(this.out[1]);
  }

  get stderr(): Buffer {
    return Buffer.concat(this.out[2]);
  }
}

/** Reads a multiplexed stream to its end. */
export async function readSplit(stream: NodeJS.ReadableStream): Promise<{ stdout: Buffer; stderr: Buffer }> {
  const splitter = new StreamSplitter();
  await new Promise<void>((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => splitter.write(chunk));
    stream.on("end", resolve);
    stream.on("close", resolve);
    stream.on("error", reject);
  });
  return { stdout: splitter.stdout, stderr: splitter.stderr };
}
