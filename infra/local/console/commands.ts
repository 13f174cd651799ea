import * as v from 'valibot';
import { accidentsSchema } from './accidents.ts';

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100));

/** What the page may ask for, by the last part of its path. */
export const commands = {
  press: v.strictObject({
    cure: v.picklist(['none', 'key', 'token', 'order', 'order-none', 'checkout']),
    times: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
    caller: v.picklist(['Ada', 'Ben']),
    order: text,
    amount: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000_000)),
    key: v.optional(text),
    token: v.optional(text),
  }),
  token: v.strictObject({ caller: v.picklist(['Ada', 'Ben']) }),
  story: v.strictObject({ name: text }),
  accidents: accidentsSchema,
  kill: v.strictObject({}),
  'end-lease': v.strictObject({ id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(2048)) }),
} as const;

export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);
