import { Dice } from "../../src/sandbox/realism/dice.ts";

/** Dice that show what a test wants, by what they are thrown for or the first word of it; then the highest number. */
export class LoadedDice extends Dice {
  private readonly left: Map<string, number[]>;

  constructor(throws: Readonly<Record<string, readonly number[]>>) {
    super(0);
    this.left = new Map(Object.entries(throws).map(([word, numbers]) => [word, [...numbers]]));
  }

  override at(...words: readonly (string | number)[]): number {
    return this.meant(words)?.[0] ?? highest;
  }

  override next(...words: readonly (string | number)[]): number {
    return this.meant(words)?.shift() ?? highest;
  }

  private meant(words: readonly (string | number)[]): number[] | undefined {
    return this.left.get(words.join(" ")) ?? this.left.get(String(words[0]));
  }
}

const highest = 0.999;
