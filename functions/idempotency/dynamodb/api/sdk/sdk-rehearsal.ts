import type { SdkClient } from '../client-binding.ts';
import type { Command } from './sdk-calls.ts';

interface Sent {
  request: { headers: Record<string, string> };
}

interface Received {
  response: { statusCode: number; headers: Record<string, string>; body: AsyncIterable<unknown> | Uint8Array };
}

type Next = (args: Sent) => Promise<Received>;

interface ReceivingStack {
  add(replace: (next: Next) => Next, position: { name: string; step: 'deserialize'; priority: 'low' }): void;
}

/**
 * Sends commands of which none reaches the network, but the first begins a `GET` that opens a connection: this middleware stands below all
 * of the SDK's, so that they prepare, sign and read as ever.
 */
export const rehearseOn = (client: SdkClient, abortSignal: AbortSignal) => {
  let connection: Promise<void> | undefined;
  const replace =
    (next: Next): Next =>
    async (args) => {
      const get = { method: 'GET', body: undefined, headers: { host: args.request.headers['host'] ?? '' } };
      connection ??= readToEnd(next({ ...args, request: { ...args.request, ...get } })).catch(() => undefined);
      return { response: { statusCode: 200, headers: {}, body: new Uint8Array() } };
    };
  return {
    send: (command: Command): Promise<object> => {
      const name = 'middy-idempotency-rehearsal';
      (command.middlewareStack as ReceivingStack).add(replace, { name, step: 'deserialize', priority: 'low' });
      return client.send(command as never, { abortSignal });
    },
    connection: () => connection,
  };
};

/** The connection is free for another request then. */
const readToEnd = async (received: Promise<Received>): Promise<void> => {
  const { response } = await received;
  for await (const _part of response.body);
};
