/** Numbers from 0 to 1 that follow from the seed alone (mulberry32), so that a failure can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many different ones, in their order. */
export function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const left = items.map((item, index) => ({ item, index }));
  const chosen: { item: T; index: number }[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return chosen.toSorted((a, b) => a.index - b.index).map(({ item }) => item);
}

/** The seed of this run: LECTURE05_FAULT_SEED, else always the same, so that a change is judged by the same faults. */
export function faultSeed(): number {
  const given = process.env.LECTURE05_FAULT_SEED;
  if (given === undefined || given === "") return 5;
  if (!/^\d{1,9}$/.test(given)) throw new Error(`LECTURE05_FAULT_SEED must be a whole number, not "${given}"`);
  return Number(given);
}
