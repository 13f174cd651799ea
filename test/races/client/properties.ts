import { inspect } from 'node:util';
import { momentsOf, type Trace } from './trace.ts';

export type Property = (trace: Trace) => void;

const breach = (what: string, trace: Trace): Error =>
  new Error(`${what}\n${inspect(trace, { depth: 3, breakLength: 160 })}`);

/** Whatever the provider knows under one key is one payment. */
export const oneEffectPerIntention: Property = (trace) => {
  const payments = new Set(momentsOf(trace, 'paid').map(({ payment }) => payment));
  if (payments.size > 1) throw breach(`${payments.size} payments`, trace);
};

/** An answer of success tells of a payment, and says which. */
export const successIsTrue: Property = (trace) => {
  const payments = new Set(momentsOf(trace, 'paid').map(({ payment }) => payment));
  for (const { status, body } of momentsOf(trace, 'answered').filter(({ status }) => status < 400)) {
    if (!payments.has(JSON.parse(body).payment)) throw breach(`${status} without that payment`, trace);
  }
};

/**
 * Who is told that nothing was done has not done it: by an error, neither before, nor by a request that arrives later; by an answer, not
 * before. What arrives later has the key of what was refused, and may be judged otherwise.
 */
export const nothingDoneIsTrue: Property = (trace) => {
  const refusals = momentsOf(trace, 'answered').filter(({ status }) => status >= 400);
  const failures = momentsOf(trace, 'failed').filter(({ error }) => error.outcome === 'not done');
  for (const told of [...refusals, ...failures]) {
    const until = told.type === 'answered' ? trace.indexOf(told) : trace.length;
    const paying = momentsOf(trace.slice(0, until), 'paid').map(({ visit }) => visit);
    if (paying.includes(told.visit)) throw breach(`Visit ${told.visit} is told that nothing was done`, trace);
  }
};

export const doneIsTrue: Property = (trace) => {
  for (const [index, moment] of trace.entries()) {
    if (moment.type !== 'failed' || moment.error.outcome !== 'done') continue;
    if (momentsOf(trace.slice(0, index), 'paid').length === 0) throw breach('Done, without a payment', trace);
  }
};

/** A call ends with an answer or one of the errors that say what is known, unless its page is closed. */
export const everyCallEnds: Property = (trace) => {
  const [threw] = momentsOf(trace, 'threw');
  if (threw) throw breach(`${threw.error}`, trace);
};

/** Once everything is over, whoever calls again gets the answer: that it is paid, or what the server remembers. */
export const theLastCallIsAnswered: Property = (trace) => {
  const last = trace.at(-1);
  if (last?.type !== 'answered' || ![201, 402].includes(last.status))
    throw breach('The last call is not answered', trace);
};

/** Without closed pages and other tabs: whoever calls gets the answer, however long it takes. */
export const everyCallIsAnswered: Property = (trace) => {
  const [failure] = momentsOf(trace, 'failed');
  if (failure) throw breach(`Visit ${failure.visit} is not answered`, trace);
};

export const allTruths = [oneEffectPerIntention, successIsTrue, nothingDoneIsTrue, doneIsTrue, everyCallEnds];
