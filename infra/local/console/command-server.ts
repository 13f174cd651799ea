import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { readBody } from '../read-body.ts';
import { bundlePage, type PageFiles, pageHtml } from './bundle-page.ts';
import { type CommandName, commands, isCommand } from './commands.ts';
import type { Environments } from './environments.ts';
import type { EventStream } from './event-stream.ts';
import { playStory, type Theatre } from './play-story.ts';
import { refusalOf } from './same-origin.ts';
import { callOf } from './sender.ts';
import { stories } from './stories/stories.ts';
import { atOnce } from './stories/story.ts';
import type { TableWatch } from './table-watch.ts';

type Context = {
  theatre: Theatre;
  environments: Environments;
  stream: EventStream;
  tableWatch: TableWatch;
  log: (line: string) => void;
};

const prefix = '/_console';
const bodyLimitBytes = 64 * 1024;

const types = { 'app.js': 'text/javascript', 'app.css': 'text/css' } as const satisfies Record<keyof PageFiles, string>;

const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves the page, what it shows, and what it asks for; says whether a request was one of these. */
export function createCommandServer(context: Context): (message: IncomingMessage, response: ServerResponse) => boolean {
  let files: Promise<PageFiles> | undefined;
  const act = createCommands(context);

  const serve = async (path: string, message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(message);
    if (refusal !== undefined) return answer(response, 403, { message: refusal });
    if (message.method === 'GET') {
      if (path === '') {
        response.writeHead(200, { ...pageHeaders, 'content-type': 'text/html; charset=utf-8' }).end(pageHtml);
        return;
      }
      if (path === 'events') {
        context.stream.open(message, response);
        context.tableWatch.written();
        return;
      }
      if (path === 'app.js' || path === 'app.css') {
        files ??= bundlePage();
        const content = (await files)[path];
        response.writeHead(200, { ...pageHeaders, 'content-type': `${types[path]}; charset=utf-8` }).end(content);
        return;
      }
    }
    if (message.method === 'POST' && isCommand(path)) {
      const body = await readBody(message, bodyLimitBytes);
      const command = v.safeParse(commands[path], parsed(body?.toString() ?? ''));
      if (command.success) return answer(response, 200, await act[path](command.output as never));
      return answer(response, 400, { message: v.flatten(command.issues) });
    }
    answer(response, 404, { message: `the console has nothing at ${message.url}` });
  };

  return (message, response) => {
    const [path = ''] = (message.url ?? '').split('?');
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return false;
    serve(path.slice(prefix.length + 1), message, response).catch((error: unknown) => {
      const says = error instanceof Error ? error.message : String(error);
      context.log(`${message.method} ${message.url}: ${says}`);
      if (response.headersSent) response.destroy();
      else answer(response, 500, { message: says });
    });
    return true;
  };
}

type Commands = { [Name in CommandName]: (command: v.InferOutput<(typeof commands)[Name]>) => Promise<unknown> };

function createCommands({ theatre, environments }: Context): Commands {
  const { book, sender, accidents, source } = theatre;
  let playing = false;
  return {
    async press({ times, key, token, ...press }) {
      const call = callOf({ ...press, ...(key !== undefined && { key }), ...(token !== undefined && { token }) });
      if (times > 1) await sender.warmUp(call, Math.min(times, atOnce));
      const group = book.startGroup(
        times === 1 ? `${press.caller} presses once` : `${press.caller} presses ${times} times at once`,
      );
      const answers = await Promise.all(Array.from({ length: times }, () => sender.send(call, group.id)));
      book.endGroup(group);
      return { groupId: group.id, answers };
    },
    async token({ caller }) {
      const group = book.startGroup(`${caller} fetches a token`);
      const token = await sender.getToken(caller, group.id);
      book.endGroup(group);
      return { token };
    },
    async story({ name }) {
      const story = stories.find((known) => known.name === name);
      if (!story) throw new Error(`there is no story ${name}`);
      // Each plans accidents for the next call, which another one would meet.
      if (playing) throw new Error('a story is being played: wait for its end');
      playing = true;
      const { groupId, over } = playStory(story, theatre);
      void over.finally(() => {
        playing = false;
      });
      return { groupId };
    },
    async accidents(change) {
      accidents.plan(change);
      return {};
    },
    async kill() {
      const busy = environments.busy();
      for (const { lane, kill } of busy) {
        if (lane) book.mark(lane, 'killed', 'somebody kills the function');
        kill();
      }
      return { killed: busy.length };
    },
    async 'end-lease'({ id }) {
      const ended = await source.endLease(id);
      const lane = book.lanes().findLast(({ recordId, endedMs }) => recordId === id && endedMs === undefined);
      if (ended && lane) book.mark(lane, 'lease-ended', 'its lease ends');
      return { ended };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
