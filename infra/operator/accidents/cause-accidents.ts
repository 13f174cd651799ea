import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { keyHashOf } from '../../../functions/idempotency/request/operation.ts';
import { createClient } from '../../local/dynamodb-client.ts';
import { findLocalRun, localTable } from '../connection/local-run.ts';
import { type Place, statement, transfer, transferNamespace } from './transfer.ts';

/** What happened, and all that the customer knows: the key. */
export interface Accident {
  what: string;
  key: string;
  /** Sends the customer's request again. */
  again(): Promise<{ status: number; text: string }>;
}

const payment = JSON.stringify({ orderId: 'o-1', userId: 'u-1', amount: 4200, currency: 'EUR' });

const newKey = (): string => randomBytes(6).toString('hex');

/** Has the local run go through the three accidents of the runbooks. */
export const causeAccidents = async (url: string): Promise<Accident[]> => {
  const run = await findLocalRun(url);
  const place: Place = { endpoint: run.endpoint, tableName: localTable(run, 'Idempotency') };
  return Promise.all([killedPayment(url, place), crashedTransfer(place), largeStatement(place)]);
};

const pay = async (url: string, key: string) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  const response = await fetch(`${url}/payments`, { method: 'POST', headers, body: payment });
  return { status: response.status, text: await response.text() };
};

/** Whether the key is claimed and not done yet. */
const isClaimed = async ({ endpoint, tableName }: Place, namespace: string, key: string): Promise<boolean> => {
  const client = createClient(endpoint);
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'keyHash = :keyHash AND #status = :inProgress',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':keyHash': { S: keyHashOf(namespace, key) }, ':inProgress': { S: 'IN_PROGRESS' } },
    }),
  );
  client.destroy();
  return Items.length > 0;
};

const untilClaimed = async (place: Place, namespace: string, key: string, isOver: () => boolean): Promise<boolean> => {
  while (!isOver()) {
    if (await isClaimed(place, namespace, key)) return true;
    await sleep(5);
  }
  return false;
};

const maxTries = 20;

/** The process may have been done before it could be killed: then another payment. */
const killedPayment = async (url: string, place: Place): Promise<Accident> => {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const key = newKey();
    let isOver = false;
    const sent = pay(url, key).finally(() => {
      isOver = true;
    });
    const name =
      (await findLocalRun(url)).functions.find(({ routes }) => routes.includes('POST /payments'))?.name ?? '';
    if (await untilClaimed(place, name, key, () => isOver)) {
      const { functions } = await findLocalRun(url);
      const busy = functions.find((fn) => fn.name === name)?.processes.find((process) => process.busy);
      if (busy) process.kill(busy.pid, 'SIGKILL');
    }
    // The kill may have come late, and met the next payment before its claim.
    if ((await sent).status >= 500 && (await isClaimed(place, name, key))) {
      return { what: 'POST /payments, whose process was killed', key, again: () => pay(url, key) };
    }
  }
  throw new Error(
    'No payment could be killed in time. Start the local run with `npm start -- --set PROVIDER_LATENCY_MS=3000`.',
  );
};

const answered = async (answer: ReturnType<typeof transfer>) => {
  const { statusCode, body } = await answer;
  return { status: statusCode, text: body };
};

const crashedTransfer = async (place: Place): Promise<Accident> => {
  const key = newKey();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'transfer.ts'), place.endpoint, place.tableName, key],
    {
      stdio: 'ignore',
    },
  );
  if (!(await untilClaimed(place, transferNamespace, key, () => child.exitCode !== null))) {
    throw new Error('The transfer has not begun.');
  }
  child.kill('SIGKILL');
  return {
    what: "a bank transfer under afterCrash: 'reject', whose process was killed",
    key,
    again: () => answered(transfer(place, key, 0)),
  };
};

const largeStatement = async (place: Place): Promise<Accident> => {
  const key = newKey();
  await statement(place, key);
  return {
    what: 'an account statement, whose answer was too large to be kept',
    key,
    again: () => answered(statement(place, key)),
  };
};
