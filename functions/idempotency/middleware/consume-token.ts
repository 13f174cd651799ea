import type { MiddlewareObj, Request } from '@middy/core';
import { admissionMs, defaultRemainingMs, withTimeLimit } from '../base/deadline.ts';
import { repetitive, storeUnavailable } from '../base/refusals.ts';
import { tokenNamespace } from '../protocol/issue-token.ts';
import type { ExecutionSettings } from '../protocol/settings.ts';
import { settled } from '../request/comparison/settled.ts';
import { lambdaContextOf } from '../request/durable.ts';
import { type Incoming, toIncoming } from '../request/incoming.ts';
import { readKey } from '../request/key/key.ts';
import { ownerOf, recordIdOf, requiredScope } from '../request/operation.ts';
import { principalOf } from '../request/principal/principal-of.ts';
import { answerRefusal } from './answer.ts';
import { useRecordOnce } from './record-use.ts';
import type { ConsumingOptions } from './single-use-token-options.ts';
import { tokenReader } from './token-reader.ts';

/** Uses a token up before the handler runs. */
export const consumeToken = (
  { namespace = tokenNamespace, scope: source, ...options }: ConsumingOptions,
  { store, now, report }: ExecutionSettings,
): MiddlewareObj<unknown, unknown, Error> => {
  const readToken = tokenReader(options);

  const consume = async (request: Request, incoming: Incoming): Promise<void> => {
    const scope = source ? await settled(await readKey(source, incoming)) : principalOf(incoming.event);
    const id = recordIdOf(namespace, { scope: requiredScope(scope), ...(await readToken(incoming)) });
    useRecordOnce(request, id);
    const owner = ownerOf(incoming.context);
    const remainingMs = lambdaContextOf(incoming.context).getRemainingTimeInMillis?.() ?? defaultRemainingMs;
    const consumption = withTimeLimit(admissionMs(remainingMs), (signal) =>
      store.consume({ id, owner, nowMs: now() }, signal),
    );
    const outcome = await consumption.catch((error: unknown) => {
      report({ type: 'store-unavailable', id, owner, error });
      throw storeUnavailable(error);
    });
    if (outcome.consumed) report({ type: 'token-consumed', id, owner });
    else {
      report({ type: 'token-refused', id, owner, code: 'REPETITIVE_OPERATION' });
      throw repetitive();
    }
  };

  const before = async (request: Request): Promise<void> => {
    const incoming = toIncoming(request.event, request.context);
    try {
      await consume(request, incoming);
    } catch (error) {
      request.earlyResponse = answerRefusal(error, incoming.http);
    }
  };

  return { before };
};
