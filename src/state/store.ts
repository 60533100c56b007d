import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeDirectory } from "../make-directory.ts";
import { writeDurably } from "../durable-files.ts";
import type { Lecture05Error } from "../errors.ts";
import { lectureSteps } from "../steps/names.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { corrupt, unwritable } from "./damage.ts";
import { migrate } from "./migrations.ts";
import { mismatch, otherSandbox } from "./mismatch.ts";
import { backupFileName, readRaw, retiredFileName, stateFileName } from "./read.ts";
import { stateSchema, type SandboxIdentity, type State } from "./schema.ts";
import { settleFiles, type Origin } from "./settle.ts";
import { stateVersion } from "./version.ts";

export interface StateIdentity {
  readonly stack: string;
  readonly target: "sandbox" | "aws";
  readonly region: string;
  readonly account: string;
  /** The sandbox that was reached; undefined on AWS. */
  readonly sandbox?: SandboxIdentity | undefined;
  /** Id of a sandbox that is no more: a state about it is set aside, because nothing of it can be left. */
  readonly lostSandbox?: string | undefined;
  /** A state that cannot be read, and has no copy that can, is set aside instead of being an error. */
  readonly replacesDamaged?: boolean | undefined;
}

/** The state file of one stack: read and checked once, written durably at every change, and a good copy beside it. */
export class StateStore {
  private settled: Promise<readonly LocalizedText[]> | undefined;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    readonly directory: string,
    readonly state: State,
    private readonly origin: Origin,
  ) {}

  /** Reads the state, or starts a new one in memory. Changes nothing on disk. */
  static open(directory: string, identity: StateIdentity, now: Date): StateStore {
    const loaded = load(directory, identity.replacesDamaged === true);
    if (!loaded) return new StateStore(directory, emptyState(identity, now), { kind: "new" });
    if (loaded === "hopeless") return new StateStore(directory, emptyState(identity, now), { kind: "hopeless" });
    const { raw, state, damage } = loaded;
    const recorded = state.sandbox;
    if (recorded && recorded.id === identity.lostSandbox) {
      return new StateStore(directory, emptyState(identity, now), {
        kind: "lost-sandbox",
        recorded,
        damaged: damage !== undefined,
      });
    }
    for (const key of ["stack", "target", "region", "account"] as const) {
      if (state[key] !== identity[key]) throw mismatch(key, state[key], identity[key]);
    }
    if (recorded && identity.sandbox && recorded.id !== identity.sandbox.id) {
      throw otherSandbox(recorded, identity.sandbox);
    }
    // Of an older version, or moved to another directory: it is the same sandbox.
    if (identity.sandbox) state.sandbox = { ...identity.sandbox };
    delete state.digest;
    if (damage) return new StateStore(directory, state, { kind: "copy", damage });
    if (raw.schemaVersion !== stateVersion) {
      const text = `${JSON.stringify(withoutStrays(raw), undefined, 1)}\n`;
      return new StateStore(directory, state, { kind: "older", version: Number(raw.schemaVersion), text });
    }
    const edited = raw.digest !== undefined && raw.digest !== digestOf(raw);
    return new StateStore(directory, state, { kind: edited ? "edited" : "good" });
  }

  /** True when nothing is recorded of this stack: what there is of it can only be found by its tags. */
  get isNew(): boolean {
    return this.origin.kind === "new" || this.origin.kind === "lost-sandbox" || this.origin.kind === "hopeless";
  }

  /** True when something else than a command of ours had the last word: what exists decides then, not the file. */
  get isDoubtful(): boolean {
    return this.origin.kind === "copy" || this.origin.kind === "edited";
  }

  /**
   * Puts the directory in order before the first change: what was damaged, edited or of an older version is kept under
   * a name of its own. Needs the lock. Returns what people should know; the same for every call.
   */
  settle(now: Date): Promise<readonly LocalizedText[]> {
    this.settled ??= this.guarded(() => settleFiles(this.directory, this.origin, now));
    return this.settled;
  }

  /** Saves are taken one after another, each with all that is known when its turn comes. */
  save(now: Date): Promise<void> {
    const turn = this.writing.catch(() => {}).then(() => this.write(now));
    this.writing = turn;
    return turn;
  }

  /** After a destroy that left nothing: the file becomes a record of the past, and the directory is free for a new stack. */
  retire(): void {
    const file = join(this.directory, stateFileName);
    try {
      if (existsSync(file)) renameSync(file, join(this.directory, retiredFileName));
      rmSync(join(this.directory, backupFileName), { force: true });
    } catch (error) {
      const what = {
        en: `Nothing is left, but the state cannot be set aside: ${file}`,
        ja: `すべて削除しましたが、状態ファイルを退避できません: ${file}`,
      };
      throw unwritable(what, error);
    }
  }

  private async write(now: Date): Promise<void> {
    await this.settle(now);
    this.state.updatedAt = now.toISOString();
    const text = serialise(this.state);
    await this.guarded(async () => {
      makeDirectory(this.directory);
      await writeDurably(this.directory, stateFileName, text);
    });
    // Without room for it the older copy stays; the state itself is safe by now.
    await writeDurably(this.directory, backupFileName, text).catch(() => {});
  }

  private async guarded<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      const file = join(this.directory, stateFileName);
      throw unwritable({ en: `The state cannot be saved: ${file}`, ja: `状態を保存できません: ${file}` }, error);
    }
  }
}

interface Loaded {
  readonly raw: Record<string, unknown>;
  readonly state: State;
  readonly damage: Lecture05Error | undefined;
}

function load(directory: string, replacesDamaged: boolean): Loaded | "hopeless" | undefined {
  let state: State | undefined;
  try {
    const { raw, damage } = readRaw(directory, (content, file) => {
      const parsed = stateSchema.safeParse(migrate(content));
      state = parsed.data;
      return parsed.success ? undefined : unlikeSchema(file, parsed.error);
    });
    return raw && state && { raw, state, damage };
  } catch (error) {
    if (replacesDamaged && (error as Partial<Lecture05Error>).code === "STATE_CORRUPT") return "hopeless";
    throw error;
  }
}

/** Checked before it replaces a good one: what could not be read again is a bug of ours and must not reach the disk. */
function serialise(state: State): string {
  const content = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
  content.digest = digestOf(content);
  stateSchema.parse(content);
  return `${JSON.stringify(content, undefined, 1)}\n`;
}

/** Of the content, not of its layout: a file that was only laid out anew is still ours. */
function digestOf(content: Record<string, unknown>): string {
  const text = JSON.stringify({ ...content, digest: undefined });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Version 1 wrote more than it meant to into the file, the key of the sandbox among it. */
function withoutStrays(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => key in stateSchema.shape));
}

function unlikeSchema(
  file: string,
  error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] },
): Lecture05Error {
  const reason = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`)[0] ?? "";
  return corrupt(file, untranslated(reason), error);
}

function emptyState({ stack, target, region, account, sandbox }: StateIdentity, now: Date): State {
  return {
    schemaVersion: stateVersion,
    stack,
    target,
    region,
    account,
    ...(sandbox ? { sandbox: { ...sandbox } } : {}),
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    steps: lectureSteps.map((name) => ({ name, status: "pending", checks: [] })),
    resources: [],
    hosts: [],
    modules: [],
    attempts: {},
  };
}
