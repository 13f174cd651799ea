import type { Plant } from './plant.ts';
import * as storePlants from './store-plants.ts';
import * as writePlants from './write-plants.ts';

/** By names that the command line takes. */
export const plants: ReadonlyMap<string, Plant> = new Map(
  Object.entries({ ...storePlants, ...writePlants }).map(([name, plant]) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    plant,
  ]),
);

export const plantOf = (name: string | undefined): Plant | undefined => {
  if (name === undefined) return undefined;
  const plant = plants.get(name);
  if (!plant) throw new Error(`there is no plant ${name}`);
  return plant;
};
