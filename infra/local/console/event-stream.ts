import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Change, Group, Lane, Snapshot } from './protocol.ts';

/** Sends what changes to every page that is open. */
export type EventStream = {
  open(request: IncomingMessage, response: ServerResponse): void;
  changed(what: { lane?: Lane; group?: Group; tables?: Snapshot['tables']; accidents?: Snapshot['accidents'] }): void;
  readonly watched: boolean;
  close(): void;
};

/** What changes within this is one message: a storm is hundreds of changes. */
const gatherMs = 40;
const heartbeatMs = 15_000;

export function createEventStream(snapshot: () => Snapshot): EventStream {
  const pages = new Set<ServerResponse>();
  const lanes = new Map<string, Lane>();
  const groups = new Map<string, Group>();
  let rest: Pick<Change, 'tables' | 'accidents'> = {};
  let timer: NodeJS.Timeout | undefined;

  const send = (page: ServerResponse, event: 'snapshot' | 'change', data: Snapshot | Change): void => {
    page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };

  const flush = (): void => {
    timer = undefined;
    const change: Change = {
      nowMs: Date.now(),
      ...rest,
      ...(lanes.size > 0 && { lanes: [...lanes.values()] }),
      ...(groups.size > 0 && { groups: [...groups.values()] }),
    };
    lanes.clear();
    groups.clear();
    rest = {};
    for (const page of pages) send(page, 'change', change);
  };

  const heartbeat = setInterval(() => {
    for (const page of pages) page.write(': still here\n\n');
  }, heartbeatMs).unref();

  return {
    open(request, response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write('retry: 500\n\n');
      send(response, 'snapshot', snapshot());
      pages.add(response);
      request.once('close', () => pages.delete(response));
    },
    changed({ lane, group, ...more }) {
      if (pages.size === 0) return;
      if (lane) lanes.set(lane.id, lane);
      if (group) groups.set(group.id, group);
      rest = { ...rest, ...more };
      timer ??= setTimeout(flush, gatherMs);
    },
    get watched() {
      return pages.size > 0;
    },
    close() {
      clearInterval(heartbeat);
      clearTimeout(timer);
      for (const page of pages) page.end();
    },
  };
}
