import type { NetworkFate } from './plan.ts';
import type { Answer, Server } from './server.ts';
import { never, sleep } from './virtual-time.ts';

/** What stands before the function answers in these words. */
const ofTheGateway = {
  throttled: { statusCode: 429, body: '{"message":"Too Many Requests"}' },
  'bad gateway': { statusCode: 503, body: '{"message":"Service Unavailable"}' },
  unauthorized: { statusCode: 401, body: '{"message":"Unauthorized"}' },
} satisfies Partial<Record<NetworkFate, Answer>>;

const toResponse = ({ statusCode, headers, body = '' }: Answer): Response =>
  new Response(body, { status: statusCode, headers: { ...headers } });

const cut = (answer: Answer): Response => {
  const whole = toResponse(answer);
  const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
  return new Response(body, { status: whole.status, headers: whole.headers });
};

const latencyMs = (): number => 5 + Math.random() * 150;

export type Send = (request: Request, onPaid: (payment: string) => void) => Promise<Response>;

/** The network between clients and the function, with a fate for each try. */
export const createNetwork = (server: Server, fates: NetworkFate[]): Send => {
  return async (request, onPaid) => {
    const { pathname: path } = new URL(request.url);
    const { signal } = request;
    const fate = path === '/token' ? 'fine' : (fates.shift() ?? 'fine');
    const headers = Object.fromEntries(request.headers);
    const body = await request.text();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    aborted.catch(() => undefined);
    const call = () => server.call({ path, headers, body }, onPaid);
    const broken = () => {
      throw new TypeError('fetch failed');
    };
    const exchange = async (): Promise<Response> => {
      await sleep(latencyMs());
      if (fate === 'request lost') return broken();
      if (fate === 'throttled' || fate === 'bad gateway' || fate === 'unauthorized')
        return toResponse(ofTheGateway[fate]);
      if (fate === 'late') {
        void sleep(Math.random() * 20_000).then(call);
        return broken();
      }
      const answer = await call();
      await sleep(latencyMs());
      if (fate === 'no answer') return never;
      if (fate === 'answer lost') return broken();
      return fate === 'answer cut' ? cut(answer) : toResponse(answer);
    };
    return Promise.race([exchange(), aborted]);
  };
};
