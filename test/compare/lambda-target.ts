import { startGateway } from '../../infra/local/gateway.ts';
import type { Invocable } from '../../infra/local/invocation.ts';
import { lambdaContext } from '../support/lambda.ts';
import type { Target } from './target.ts';

// biome-ignore lint/suspicious/noExplicitAny: each handler has an event of its own
type LambdaHandler = (event: any, context: any) => Promise<unknown>;

const answer = (value: unknown): Invocable => ({
  invoke: async () => ({ status: 'success', payload: JSON.stringify(value) }),
});

const invocable = (newHandler: () => LambdaHandler): Invocable => ({
  invoke: async (payload) => {
    try {
      const result = await newHandler()(JSON.parse(payload), lambdaContext());
      return { status: 'success', payload: JSON.stringify(result) };
    } catch (error) {
      const { name, message } = error as Error;
      return { status: 'error', payload: JSON.stringify({ errorType: name, errorMessage: message }) };
    }
  },
});

/**
 * A handler behind the local gateway, whose callers are authorized by whatever they send. Each invocation has a handler of its own, as
 * if each had a process of its own: nothing is shared but the table.
 */
export const startLambdaTarget = async (newHandler: () => LambdaHandler, effects: () => number): Promise<Target> => {
  const authorize = async (header: string | undefined) => ({
    status: 'allowed' as const,
    jwt: { claims: { sub: header ?? 'nobody' }, scopes: null },
  });
  const target = invocable(newHandler);
  return startGateway({
    port: 0,
    routes: [
      { routeKey: 'POST /payments', target, authorize },
      { routeKey: 'OPTIONS /payments', target },
      { routeKey: 'GET /payments', target: answer([]) },
      { routeKey: 'GET /effects', target: { invoke: (payload) => answer(effects()).invoke(payload) } },
    ],
    log: () => {},
  });
};
