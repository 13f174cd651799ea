import type { ClientError } from '../../../functions/idempotency/entries/client.ts';
import type { Visit } from './plan.ts';

export type Happening =
  | { type: 'called'; payload: Visit['payload'] }
  /** A payment, with the key by which the provider knows it. */
  | { type: 'paid'; payment: string }
  | { type: 'answered'; status: number; body: string }
  | { type: 'failed'; error: ClientError }
  | { type: 'threw'; error: unknown }
  | { type: 'closed' };

/** Something that happened because of a visit, in the order of time. */
export type Moment = Happening & { visit: number; atMs: number };

export type Trace = readonly Moment[];

export const momentsOf = <Type extends Moment['type']>(trace: Trace, type: Type): Extract<Moment, { type: Type }>[] =>
  trace.filter((moment): moment is Extract<Moment, { type: Type }> => moment.type === type);
