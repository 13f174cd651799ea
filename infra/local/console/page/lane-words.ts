import type { Lane, LaneAnswer, PhaseKind } from '../protocol.ts';

/** A lane in words: what its end says, what it shows to who can't see it, its story. */

export const codeWords: Record<string, string> = {
  IN_PROGRESS: 'in progress',
  PAYLOAD_MISMATCH: 'other payload',
  REPETITIVE_OPERATION: 'token refused',
  DUPLICATE: 'taken',
  ILLEGAL_ARGUMENT: 'key is missing',
  OUTCOME_UNKNOWN: 'outcome unknown',
  RESULT_UNAVAILABLE: 'answer not kept',
  STORE_UNAVAILABLE: 'table not reached',
};

export function answerWords({ end, status, code }: LaneAnswer): string {
  switch (end) {
    case 'done':
      return `${status} done`;
    case 'replayed':
      return `${status} replayed`;
    case 'killed':
      return `${status} killed`;
    case 'unanswered':
      return 'no answer';
    case 'refused':
    case 'failed':
      return `${status} ${code === undefined ? end : (codeWords[code] ?? code.toLowerCase())}`;
  }
}

const phaseWords: Record<PhaseKind, string> = {
  waiting: 'waits for a process',
  working: 'is in the function’s own code',
  claiming: 'asks the table',
  running: 'runs',
  unguarded: 'runs, and nothing guards it',
  completing: 'tells the table how it ended',
};

/** What a lane shows without words: what is asked, and where it is. */
export function laneWords({ asks, route, attempt, answer, phases }: Lane): string {
  const phase = phases.at(-1)?.kind ?? 'waiting';
  return [
    asks || route,
    ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
    ...(answer ? [] : [phaseWords[phase]]),
  ].join(', ');
}

export type StoryLine = { afterMs: number; says: string };

const beginnings: Partial<Record<PhaseKind, string>> = {
  claiming: 'It asks the table whether it may run.',
  unguarded: 'The handler runs. Nothing has asked whether it ran before.',
  completing: 'It tells the table how it ended.',
};

/** What happened to a request, from its arrival to what the caller got. */
export function storyOf(lane: Lane): StoryLine[] {
  const { arrivedMs, endedMs, phases, marks, answer, caller, asks, route, key } = lane;
  const who = caller ?? (lane.inner ? 'The checkout’s function' : 'Somebody');
  const how = key === undefined ? '' : ` with the ${lane.cure === 'token' ? 'token' : 'key'} ${shortened(key)}`;
  const lines = [{ atMs: arrivedMs, says: `${who} sends ${route}${how}${asks && `: ${asks}`}.` }];
  const [waiting] = phases;
  if (waiting?.toMs !== undefined && waiting.toMs - arrivedMs > 50) {
    lines.push({ atMs: waiting.toMs, says: 'A process has started, and takes it.' });
  }
  for (const { kind, fromMs } of phases) {
    const says = beginnings[kind];
    if (says) lines.push({ atMs: fromMs, says });
  }
  for (const { atMs, says } of marks) lines.push({ atMs, says: sentence(says) });
  if (answer && endedMs !== undefined) lines.push({ atMs: endedMs, says: ending(answer) });
  // An event of the library is a line of a log, which may be read after the answer; it belongs before it.
  return lines
    .map(({ atMs, says }, index) => ({ afterMs: Math.min(atMs, endedMs ?? atMs) - arrivedMs, says, index }))
    .sort(
      (a, b) => a.afterMs - b.afterMs || Number(a.index === lines.length - 1) - Number(b.index === lines.length - 1),
    )
    .map(({ afterMs, says }) => ({ afterMs, says }));
}

/** Refusals by which a caller may know that its request was not acted upon. */
const didNothing: ReadonlySet<string> = new Set([
  'IN_PROGRESS',
  'PAYLOAD_MISMATCH',
  'REPETITIVE_OPERATION',
  'DUPLICATE',
  'ILLEGAL_ARGUMENT',
]);

function ending({ end, status, code, retryAfterSeconds }: LaneAnswer): string {
  const again = retryAfterSeconds === undefined ? '' : ` It may ask again in ${retryAfterSeconds} s.`;
  switch (end) {
    case 'done':
      return `The caller gets ${status}.`;
    case 'replayed':
      return `The caller gets ${status}, the first answer once more. Nothing ran.`;
    case 'unanswered':
      return `It was ${status}, but the caller never received it.`;
    case 'killed':
      return `The caller gets ${status}, and can’t know what was done.`;
    case 'refused':
      return `The caller gets ${status}${code ? ` ${code}` : ''}${didNothing.has(code ?? '') ? ': this request has done nothing' : ''}.${again}`;
    case 'failed':
      return `The caller gets ${status}${code ? ` ${code}` : ''}.${again}`;
  }
}

const shortened = (text: string): string => (text.length > 24 ? `${text.slice(0, 22)}…` : text);

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
