import { seededRandom } from '../support/random.ts';

/** What is drawn from one seed. Each use has a stream of its own, so that one more draw here changes nothing there. */
export interface Draw {
  /** From 0 to 1. */
  fraction(): number;
  chance(probability: number): boolean;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** One of the names by its weight; `undefined` for what is left of 1. */
  weighted<Name extends string>(weights: Readonly<Partial<Record<Name, number>>>): Name | undefined;
}

export const drawFrom = (seed: number, stream: string): Draw => {
  const fraction = seededRandom(
    [...stream].reduce((mixed, letter) => Math.imul(mixed, 31) + letter.charCodeAt(0), seed),
  );
  const between: Draw['between'] = (from, to) => from + Math.floor(fraction() * (to - from + 1));
  return {
    fraction,
    chance: (probability) => fraction() < probability,
    between,
    pick: <Item>(items: readonly Item[]) => items[between(0, items.length - 1)] as Item,
    shuffled: (items) =>
      items
        .map((item) => ({ item, rank: fraction() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
    weighted: <Name extends string>(weights: Readonly<Partial<Record<Name, number>>>) => {
      let left = fraction();
      for (const [name, weight] of Object.entries(weights) as [Name, number][]) {
        left -= weight;
        if (left < 0) return name;
      }
      return undefined;
    },
  };
};
