import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Sample = Record<string, unknown>;

/** A sample in the form that AWS documents, a new one on every call. */
export const fixture = <Form = Sample>(name: string): Form =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/events/${name}.json`), 'utf8')) as Form;

/** The sample with some values replaced; a path is the names of nested fields, joined by slashes (`~` is one in a name). */
export const changed = <Form extends object>(sample: Form, changes: Readonly<Record<string, unknown>>): Form => {
  for (const [path, to] of Object.entries(changes)) {
    const names = path.split('/').map((name) => name.replaceAll('~', '/'));
    const last = names.pop() ?? '';
    const parent = names.reduce<unknown>((value, name) => (value as Sample)[name], sample);
    (parent as Sample)[last] = to;
  }
  return sample;
};

/** The part of a sample that a path of the same form leads to; all of it without one. */
export const partOf = (sample: Sample, path = ''): Sample =>
  path.split('/').reduce((value, name) => (name === '' ? value : (value[name] as Sample)), sample);
