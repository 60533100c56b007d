import { createHash } from "node:crypto";

/** Numbers that depend on the seed and on what they are for, and not on when or in which order they are asked for. */
export class Dice {
  private readonly counts = new Map<string, number>();

  constructor(private readonly seed: number) {}

  /** The same number in [0, 1) for the same words. */
  at(...words: readonly (string | number)[]): number {
    const hash = createHash("sha256").update(JSON.stringify([this.seed, ...words]));
    return hash.digest().readUIntBE(0, 6) / 2 ** 48;
  }

  /** The next number for these words: of the first call, of the second one, and so on. */
  next(...words: readonly (string | number)[]): number {
    const key = words.join(" ");
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    return this.at(...words, count);
  }
}
