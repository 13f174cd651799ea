import type { Change, Group, Lane, Snapshot } from '../../infra/local/console/protocol.ts';

export type Console = {
  /** What the server has told by now. */
  readonly seen: Snapshot;
  until(is: (seen: Snapshot) => boolean): Promise<Snapshot>;
  ask(command: string, body: object, headers?: Record<string, string>): Promise<Response>;
  /** Plays a story to its end, and gives what came of it. */
  play(story: string): Promise<{ group: Group; lanes: Lane[] }>;
  close(): void;
};

/** The console as its page sees it, without the page. */
export const openConsole = async (url: string): Promise<Console> => {
  const end = new AbortController();
  const response = await fetch(`${url}/_console/events`, { signal: end.signal });
  const listeners = new Set<() => void>();
  let seen: Snapshot | undefined;

  const take = (event: string, data: Snapshot | Change): void => {
    if (event === 'snapshot') seen = data as Snapshot;
    else if (seen) seen = merged(seen, data);
    for (const listener of listeners) listener();
  };
  void read(response, take).catch(() => undefined);

  const current = (): Snapshot => {
    if (!seen) throw new Error('the console has told nothing yet');
    return seen;
  };
  const until: Console['until'] = (is) =>
    new Promise((resolve) => {
      const look = () => {
        if (!seen || !is(seen)) return;
        listeners.delete(look);
        resolve(seen);
      };
      listeners.add(look);
      look();
    });
  const ask: Console['ask'] = (command, body, headers = {}) =>
    fetch(`${url}/_console/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  await until(() => true);
  return {
    get seen() {
      return current();
    },
    until,
    ask,
    async play(name) {
      const answer = await ask('story', { name });
      if (!answer.ok) throw new Error(await answer.text());
      const { groupId } = (await answer.json()) as { groupId: string };
      const isOver = ({ groups }: Snapshot) =>
        groups.some(({ id, endedMs }) => id === groupId && endedMs !== undefined);
      const { groups, lanes } = await until(isOver);
      const group = groups.find(({ id }) => id === groupId) as Group;
      return { group, lanes: lanes.filter((lane) => lane.groupId === groupId) };
    },
    close: () => end.abort(),
  };
};

const merged = (seen: Snapshot, { groups = [], lanes = [], ...rest }: Change): Snapshot => ({
  ...seen,
  ...rest,
  groups: replaced(seen.groups, groups),
  lanes: replaced(seen.lanes, lanes),
});

const replaced = <Item extends { id: string }>(known: readonly Item[], changed: readonly Item[]): Item[] => [
  ...new Map([...known, ...changed].map((item) => [item.id, item])).values(),
];

const read = async (response: Response, take: (event: string, data: Snapshot | Change) => void): Promise<void> => {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const messages = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(message) ?? [];
      if (event && data) take(event, JSON.parse(data));
    }
  }
};
