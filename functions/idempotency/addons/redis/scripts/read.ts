import { script } from './script.ts';

export const read = script(
  [],
  `
return flat`,
);
