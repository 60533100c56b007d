import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { bytesOf, etagOf, type KeyState, type Part, type Upload, type Version } from "./expected.ts";

const oldestParts = 5 * 1024 * 1024;
const mostVersions = 4;

/** A call that was sent and not answered: the key is then as it was, or as the call makes it, and nothing in between. */
interface Pending {
  readonly key: string;
  readonly after: KeyState;
  /** Carries it out again, as a client does that lost the answer. */
  readonly again?: ((client: S3Client) => Promise<{ ETag?: string | undefined }>) | undefined;
}

/** Writes to a few keys of a bucket, one call after another, and knows what each of them must be. */
export class Writer {
  readonly states = new Map<string, KeyState>();
  /** Keys that were written since they were last compared. */
  readonly touched = new Set<string>();
  pending: Pending | undefined;
  acknowledged = 0;
  onAcknowledged: () => void = () => {};
  private counter = 0;

  constructor(
    readonly bucket: string,
    private readonly name: string,
    private readonly random: () => number,
    private readonly versioned: boolean,
  ) {
    for (let key = 0; key < 5; key++) this.states.set(`${name}/${key}`, { versions: [], uploads: [] });
  }

  /** Until a call is not answered, because the store was killed. */
  async writeOn(client: S3Client): Promise<void> {
    try {
      for (;;) await this.step(client);
    } catch (error) {
      // Every answer that is one counts as a failure of the store: nothing here is wrong.
      const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
      if ($metadata?.httpStatusCode !== undefined) throw error;
    }
  }

  private async step(client: S3Client): Promise<void> {
    const keys = [...this.states.keys()];
    const key = keys[Math.floor(this.random() * keys.length)] ?? "";
    const state = this.stateOf(key);
    const [upload] = state.uploads;
    const dice = this.random();
    if (upload) await (dice < 0.75 ? this.complete(client, key, upload) : this.abort(client, key, upload));
    else if (state.versions.length > mostVersions) await this.deleteVersion(client, key, state.versions.length - 1);
    else if (dice < 0.62) await this.put(client, key);
    else if (dice < 0.75) await this.delete(client, key);
    else if (dice < 0.8 && state.versions.length > 0) {
      await this.deleteVersion(client, key, Math.floor(this.random() * state.versions.length));
    } else await this.upload(client, key);
  }

  private async put(client: S3Client, key: string): Promise<void> {
    const part = this.part(this.random() < 0.8 ? 1 + this.random() * 8_000 : this.random() * 300_000);
    const version: Version = { versionId: undefined, contents: { parts: [part] } };
    const command = new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytesOf(part) });
    const answer = await this.sent(key, this.with(key, version), () => client.send(command));
    this.same(answer.ETag, version);
    this.set(key, this.with(key, { ...version, versionId: answer.VersionId ?? "null" }));
  }

  private async delete(client: S3Client, key: string): Promise<void> {
    const state = this.stateOf(key);
    const after = this.versioned
      ? this.with(key, { versionId: undefined, contents: undefined })
      : { ...state, versions: [] };
    const answer = await this.sent(key, after, () =>
      client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key })),
    );
    const marker = { versionId: answer.VersionId ?? "null", contents: undefined };
    this.set(key, this.versioned ? this.with(key, marker) : after);
  }

  private async deleteVersion(client: S3Client, key: string, index: number): Promise<void> {
    const state = this.stateOf(key);
    const VersionId = state.versions[index]?.versionId ?? "";
    const after = { ...state, versions: state.versions.filter((_, at) => at !== index) };
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId });
    await this.sent(key, after, () => client.send(command));
    this.set(key, after);
  }

  /** An upload with its parts; completed or broken off when the key's turn comes again. */
  private async upload(client: S3Client, key: string): Promise<void> {
    const opened = (uploadId: string | undefined, parts: readonly Part[]): KeyState => ({
      ...this.stateOf(key),
      uploads: [{ key, uploadId, parts: new Map(parts.map((part, index) => [index + 1, part])) }],
    });
    const { UploadId = "" } = await this.sent(key, opened(undefined, []), () =>
      client.send(new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key })),
    );
    this.set(key, opened(UploadId, []));
    // The large ones are rare, because all but the last part must have 5 MiB.
    const sizes = this.random() < 0.04 ? [oldestParts, 5_000] : [this.random() * 200_000];
    const parts: Part[] = [];
    for (const size of sizes) {
      const part = this.part(size);
      const PartNumber = parts.length + 1;
      const upload = { Bucket: this.bucket, Key: key, UploadId, PartNumber };
      await this.sent(key, opened(UploadId, [...parts, part]), () =>
        client.send(new UploadPartCommand({ ...upload, Body: bytesOf(part) })),
      );
      parts.push(part);
      this.set(key, opened(UploadId, parts));
    }
  }

  private async complete(client: S3Client, key: string, upload: Upload): Promise<void> {
    const parts = [...upload.parts.values()];
    if (parts.length === 0) return this.abort(client, key, upload);
    const version: Version = { versionId: undefined, contents: { parts }, multipart: true };
    const Parts = parts.map((part, index) => {
      const ETag = etagOf({ versionId: undefined, contents: { parts: [part] } });
      return { PartNumber: index + 1, ETag: `"${ETag}"` };
    });
    const { uploadId: UploadId } = upload;
    const command = { Bucket: this.bucket, Key: key, UploadId, MultipartUpload: { Parts } };
    const send = (by: S3Client) => by.send(new CompleteMultipartUploadCommand(command));
    const made = (versionId: string | undefined): KeyState => ({
      ...this.with(key, { ...version, versionId }),
      uploads: [],
    });
    const answer = await this.sent(key, made(undefined), () => send(client), send);
    this.same(answer.ETag, version);
    this.set(key, made(answer.VersionId ?? "null"));
  }

  private async abort(client: S3Client, key: string, { uploadId }: Upload): Promise<void> {
    const after = { ...this.stateOf(key), uploads: [] };
    const command = new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId });
    await this.sent(key, after, () => client.send(command));
    this.set(key, after);
  }

  private async sent<Output>(
    key: string,
    after: KeyState,
    send: () => Promise<Output>,
    again?: Pending["again"],
  ): Promise<Output> {
    this.pending = { key, after, again };
    this.touched.add(key);
    const answer = await send();
    this.pending = undefined;
    this.acknowledged++;
    this.onAcknowledged();
    return answer;
  }

  private with(key: string, version: Version): KeyState {
    const state = this.stateOf(key);
    return { ...state, versions: this.versioned ? [version, ...state.versions] : [version] };
  }

  private stateOf(key: string): KeyState {
    return this.states.get(key) ?? { versions: [], uploads: [] };
  }

  private set(key: string, state: KeyState): void {
    this.states.set(key, state);
  }

  private part(size: number): Part {
    return { seed: Math.floor(this.random() * 1e6) * 1000 + (this.counter++ % 1000), sizeBytes: Math.floor(size) };
  }

  private same(etag: string | undefined, version: Version): void {
    if (etag !== `"${etagOf(version)}"`) throw new Error(`${this.name}: the store answered with another ETag`);
  }
}
