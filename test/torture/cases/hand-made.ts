import type { EntryPoint } from '../entry-points.ts';
import type { Answer, FinalState, History, HistoryLine } from '../history/history.ts';

type Told = Partial<Answer> & Pick<Answer, 'status'>;

/** What happens in one invocation, told by times in milliseconds. */
export interface Story {
  asked: number;
  /** @default a second after it was asked */
  deadline?: number;
  settling?: true;
  calls?: readonly [at: number, verb: string, outcome: string][];
  started?: number;
  attempt?: number;
  previous?: string;
  effect?: number;
  returned?: number;
  threw?: number;
  killed?: number;
  answered?: [at: number, answer: Told];
}

/** The body of a run's answer. */
export const bodyOf = (run: string): string => JSON.stringify({ run });

/** The history of one operation, in the order of time. */
export const historyOf = (
  entry: EntryPoint,
  stories: Readonly<Record<string, Story>>,
  final: Partial<FinalState> = {},
): History => ({
  lines: Object.entries(stories)
    .flatMap(([invocation, story]) => linesOf(entry, invocation, story))
    .sort((one, other) => one.at - other.at),
  final: { items: [], guards: [], stock: { initial: 10, left: 10 }, users: [], ...final },
});

const linesOf = (entry: EntryPoint, invocation: string, story: Story): HistoryLine[] => {
  const { asked, deadline = asked + 1000, settling, calls = [], started, attempt, previous } = story;
  const about = { operation: `${entry}-1`, invocation };
  const lines: HistoryLine[] = [
    { ...about, at: asked, kind: 'asked', entry, client: 'sdk', deadlineAt: deadline, ...(settling && { settling }) },
    ...calls.map(([at, verb, outcome]) => ({ ...about, at, kind: 'called' as const, verb, outcome })),
  ];
  if (started !== undefined) {
    const told = { ...(attempt !== undefined && { attempt }), ...(previous !== undefined && { previous }) };
    lines.push({ ...about, at: started, kind: 'started', ...told });
  }
  if (story.effect !== undefined) lines.push({ ...about, at: story.effect, kind: 'effect' });
  if (story.returned !== undefined) {
    lines.push({ ...about, at: story.returned, kind: 'ended', how: 'returned', body: bodyOf(invocation) });
  }
  if (story.threw !== undefined) lines.push({ ...about, at: story.threw, kind: 'ended', how: 'threw' });
  if (story.killed !== undefined) lines.push({ ...about, at: story.killed, kind: 'killed' });
  if (story.answered)
    lines.push({ ...about, at: story.answered[0], kind: 'answered', events: [], ...story.answered[1] });
  return lines;
};
