import type { DurableExecutionInvocationInputWithClient, DurableLambdaHandler } from '@aws/durable-execution-sdk-js';
import type { Context } from 'aws-lambda';
import { lambdaContext } from '../../support/lambda.ts';

/** What the SDK hands to a handler, as far as this package looks at it. */
export const durableContext = (durableExecutionArn: string, overrides: Partial<Context> = {}) => ({
  lambdaContext: lambdaContext(overrides),
  executionContext: { durableExecutionArn },
});

/** A durable function whose first invocation is killed; Lambda then invokes it again, with another context and what the execution has done so far. */
export const killedOnce = (handler: DurableLambdaHandler, killed: Promise<unknown>): DurableLambdaHandler => {
  let invocations = 0;
  return async (event, context) => {
    invocations += 1;
    const answered = handler(event, context);
    if (invocations > 1) return answered;
    await killed;
    const { durableExecutionClient: service, ...input } = event as DurableExecutionInvocationInputWithClient;
    const { Operations = [] } = await service.getExecutionState({ ...input, Marker: '' });
    event.InitialExecutionState.Operations = Operations;
    return handler(event, { ...context });
  };
};
