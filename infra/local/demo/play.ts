import { randomUUID } from 'node:crypto';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { createClient } from '../dynamodb-client.ts';
import { type RunningApi, tableNamed } from './running-api.ts';
import type { Call, Scenario } from './scenarios.ts';

/** What came of submitting the same thing many times. */
export type Outcome = {
  scenario: string;
  requests: number;
  /** How often it happened, counted in the table. */
  executions: number;
  /** Different answers among those that say it worked. */
  distinctAnswers: number;
  refusals: number;
  milliseconds: number;
  /** What one more submit gets, after all the others. */
  lateRepeat: string;
};

/** Submits the same thing `requests` times at once, and once more later. */
export async function play(scenario: Scenario, url: string, api: RunningApi, requests: number): Promise<Outcome> {
  const send = (call: Call) => submit(url, call);
  const tag = `demo-${randomUUID()}`;
  const call = await scenario.call(tag, send);
  // Else the first scenario would measure how fast processes start.
  await Promise.all(Array.from({ length: requests }, () => send({ ...call, headers: {}, body: null }).then(drain)));

  const startMs = performance.now();
  const answers = await Promise.all(Array.from({ length: requests }, () => send(call).then(read)));
  const milliseconds = Math.round(performance.now() - startMs);
  const executions = await countItems(api, scenario.effect, tag);
  const accepted = answers.filter(({ status }) => status < 300);
  return {
    scenario: scenario.name,
    requests,
    executions,
    distinctAnswers: new Set(accepted.map(({ body }) => body)).size,
    refusals: answers.length - accepted.length,
    milliseconds,
    lateRepeat: describe(await send(call).then(read)),
  };
}

function submit(url: string, { method = 'POST', path, headers, body }: Call): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

type Answer = { status: number; body: string; replayed: boolean };

async function read(response: Response): Promise<Answer> {
  const replayed = response.headers.has('idempotent-replayed');
  return { status: response.status, body: await response.text(), replayed };
}

const drain = (response: Response) => response.arrayBuffer();

function describe({ status, body, replayed }: Answer): string {
  if (status < 300) return replayed ? `${status}, the first answer` : `${status}, done again`;
  const { code, title } = JSON.parse(body) as { code?: string; title?: string };
  return `${status} ${code ?? title}`;
}

export async function countItems(
  api: RunningApi,
  { table, attribute }: Scenario['effect'],
  tag: string,
): Promise<number> {
  const client = createClient(api.endpoint);
  try {
    let count = 0;
    const pages = paginateScan(
      { client },
      {
        TableName: tableNamed(api, table),
        FilterExpression: '#attribute = :tag',
        ExpressionAttributeNames: { '#attribute': attribute },
        ExpressionAttributeValues: { ':tag': { S: tag } },
        ConsistentRead: true,
      },
    );
    for await (const page of pages) count += page.Count ?? 0;
    return count;
  } finally {
    client.destroy();
  }
}
