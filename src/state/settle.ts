import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { isTemporary, writeDurably } from "../durable-files.ts";
import type { Lecture05Error } from "../errors.ts";
import { untranslated, type LocalizedText } from "../text.ts";
import { linked } from "./damage.ts";
import { backupFileName, stateFileName } from "./read.ts";
import type { SandboxIdentity } from "./schema.ts";

/** Where a state in memory came from. */
export type Origin =
  /** Hopeless: damaged, and no copy either. */
  | { readonly kind: "new" | "good" | "edited" | "hopeless" }
  /** `text` is what of the older file is worth keeping. */
  | { readonly kind: "older"; readonly version: number; readonly text: string }
  /** The file was damaged or gone; the last good copy stands in. */
  | { readonly kind: "copy"; readonly damage: Lecture05Error }
  | { readonly kind: "lost-sandbox"; readonly recorded: SandboxIdentity; readonly damaged: boolean };

/**
 * Makes room for the first save without losing anything that was there. Returns one line for people about what was
 * not in order.
 */
export async function settleFiles(directory: string, origin: Origin, now: Date): Promise<readonly LocalizedText[]> {
  const file = join(directory, stateFileName);
  if (!existsSync(directory)) return [];
  refuseLink(file);
  // A process that was killed while it wrote leaves these behind.
  for (const name of readdirSync(directory)) if (isTemporary(name)) rmSync(join(directory, name), { force: true });

  if (origin.kind === "older") await writeDurably(directory, `state.v${origin.version}.json`, origin.text);
  if (origin.kind === "edited") return [await keepBeforeEdit(directory, now)];
  if (origin.kind === "copy") return [await restore(directory, origin.damage, now)];
  if (origin.kind === "hopeless") return [keepHopeless(directory, now)];
  if (origin.kind === "lost-sandbox") return [setAside(directory, origin, now)];
  return [];
}

async function keepBeforeEdit(directory: string, now: Date): Promise<LocalizedText> {
  const copy = join(directory, backupFileName);
  const kept = existsSync(copy) ? freeName(directory, "before-edit", now) : undefined;
  if (kept) await copyDurably(copy, directory, kept);
  const before = kept ? { en: `; as it was before: ${kept}`, ja: `。変更前の内容: ${kept}` } : untranslated("");
  return {
    en: `${stateFileName} was changed by something else than lecture05; it is checked against what exists${before.en}.`,
    ja: `${stateFileName} が lecture05 以外で変更されているため、実際のリソースと照合します${before.ja}。`,
  };
}

async function restore(directory: string, { detail }: Lecture05Error, now: Date): Promise<LocalizedText> {
  const file = join(directory, stateFileName);
  const kept = existsSync(file) ? keep(file, "damaged", now) : undefined;
  await copyDurably(join(directory, backupFileName), directory, stateFileName);
  const beside = kept ? { en: ` The damaged file: ${kept}.`, ja: `壊れたファイル: ${kept}。` } : untranslated("");
  return {
    en: `${stateFileName} was damaged (${detail.why?.en ?? ""}) and is restored from its last good copy, which is checked against what exists.${beside.en}`,
    ja: `${stateFileName} が壊れていたため (${detail.why?.ja ?? ""})、直前の正常なコピーから復元し、実際のリソースと照合します。${beside.ja}`,
  };
}

function keepHopeless(directory: string, now: Date): LocalizedText {
  const files = [stateFileName, backupFileName].map((name) => join(directory, name)).filter((file) => existsSync(file));
  const kept = files.map((file) => keep(file, "damaged", now)).join(", ");
  return { en: `The damaged state is kept: ${kept}.`, ja: `壊れた状態ファイルを残しました: ${kept}。` };
}

function setAside(
  directory: string,
  { recorded, damaged }: Extract<Origin, { kind: "lost-sandbox" }>,
  now: Date,
): LocalizedText {
  const file = join(directory, stateFileName);
  const copy = join(directory, backupFileName);
  // The copy is worth keeping only where the file is not.
  if (damaged) keep(file, "damaged", now);
  const kept = keep(damaged ? copy : file, "lost-sandbox", now);
  rmSync(copy, { force: true });
  const { id, home } = recorded;
  return {
    en: `The sandbox ${id} in ${home} is no more, and with it the stack that the state was about; starting anew. The old state: ${kept}.`,
    ja: `状態ファイルのサンドボックス ${id} (${home}) はすでになく、スタックも残っていないため、新しく始めます。以前の状態: ${kept}。`,
  };
}

function refuseLink(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) throw linked(file, readlinkSync(file));
}

function keep(file: string, reason: string, now: Date): string {
  const kept = freeName(dirname(file), reason, now);
  if (existsSync(file)) renameSync(file, join(dirname(file), kept));
  return kept;
}

/** "state.REASON-20261124T030000Z.json", or with a number behind when there is one. */
function freeName(directory: string, reason: string, now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, "");
  for (let attempt = 1; ; attempt++) {
    const name = `state.${reason}-${stamp}${attempt > 1 ? `-${attempt}` : ""}.json`;
    if (!existsSync(join(directory, name))) return name;
  }
}

const copyDurably = (from: string, directory: string, name: string): Promise<void> =>
  writeDurably(directory, name, readFileSync(from, "utf8"));
