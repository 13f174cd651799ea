import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { currentInvocation } from '../invocation.ts';
import { type Database, isWriteCommand, type WriteCommand } from './database.ts';

const real = new DynamoDBClient({
  region: 'eu-central-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** The answer of the SDK when it has sent a request for the last time. */
const gaveUp = (): Error => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

interface TryStack {
  resolve(
    handler: () => Promise<{ output: object; response: object }>,
    context: object,
  ): (args: object) => Promise<unknown>;
}

/** What one try ends in when its answer is lost, and another one follows. */
const unanswered = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

/** The SDK's client, with a network that the scheduler decides on in place of the real one. */
export const scheduledClient = (database: Database): DynamoDBDocumentClient => {
  const send = async (command: unknown): Promise<object> => {
    if (!isWriteCommand(command)) throw new Error('The stand-in for DynamoDB does not know this command.');
    const invocation = currentInvocation();
    await invocation.survive('before the settlement is sent');
    // Every command has this stack; which one it is only shows in the types of what goes through.
    const stack = command.middlewareStack as unknown as TryStack;
    const tryOnce = stack.resolve(async () => {
      await trySending(command);
      return { output: {}, response: {} };
    }, {});
    for (;;) {
      const answered = await tryOnce({ input: {} }).then(
        () => true,
        (error: unknown) => {
          if (error === unanswered) return false;
          throw error;
        },
      );
      if (answered) return {};
    }
  };

  /** Sends a request once; throws `unanswered` when the SDK would send it again. */
  const trySending = async (command: WriteCommand): Promise<void> => {
    const invocation = currentInvocation();
    const arrive = async (conflict = false) => {
      await invocation.turn('commit arrives');
      const outcome = await database.execute(command, { conflict });
      if (outcome === 'written') invocation.note({ type: 'committed' });
    };
    const arriveLate = async () => {
      for (let turns = 0; turns < invocation.plan.lateTurns; turns += 1) await invocation.turn('commit is on its way');
      await arrive().catch(() => undefined);
    };
    const waitInVain = async () => {
      await invocation.turn('commit is not answered');
      await invocation.survive();
    };
    if (invocation.crashesAt('while the settlement travels')) {
      void arriveLate();
      await invocation.crash();
    }
    const fate = invocation.nextFate('settlement');
    if (fate === 'late') void arriveLate();
    if (fate === 'answered' || fate === 'conflict') {
      const arrived = arrive(fate === 'conflict');
      await arrived.catch(() => undefined);
      await invocation.survive('after the settlement is applied');
      await invocation.turn('commit is answered');
      await invocation.survive();
      await arrived.catch((error: unknown) => {
        throw Object.assign(error as Error, { $metadata: { httpStatusCode: 400 } });
      });
      return;
    }
    if (fate === 'answer lost' || fate === 'failed though applied') {
      await arrive().catch(() => undefined);
      await invocation.survive('after the settlement is applied');
    }
    await waitInVain();
    throw fate.startsWith('failed') ? gaveUp() : unanswered;
  };

  return Object.assign(DynamoDBDocumentClient.from(real), { send }) as DynamoDBDocumentClient;
};
