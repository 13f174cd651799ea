import { script } from './script.ts';

export const read = script(
  [],
  ['found'],
  `
return { 'found', flat }`,
);
