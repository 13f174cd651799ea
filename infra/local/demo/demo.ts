import { readPort } from '../command-line.ts';
import { loseAnswer } from './lost-answer.ts';
import { play } from './play.ts';
import { findOrStartApi, type RunningApi } from './running-api.ts';
import { scenarios } from './scenarios.ts';
import { toTable } from './table.ts';
import { startUnprotectedApi } from './unprotected-api.ts';

const requests = 20;

async function showCures(api: RunningApi): Promise<void> {
  const unprotected = await startUnprotectedApi(api);
  try {
    console.log(`${requests} submits of the same thing at once, then one more, at ${api.url}\n`);
    const outcomes = [];
    for (const scenario of scenarios) {
      const { url } = scenario.api === 'protected' ? api : unprotected;
      outcomes.push(await play(scenario, url, api, requests));
    }
    const header = ['', 'requests', 'executions', 'distinct answers', 'refusals', 'ms', 'one more, later'];
    console.log(
      toTable(
        header,
        outcomes.map((outcome) => Object.values(outcome)),
      ),
    );
    console.log(
      '\nExecutions are counted in the table that holds the effect. A refusal tells the caller that nothing was done twice.',
    );
    console.log(
      '\nAnd the whole way: a page that keeps its key, a system that takes the order, another one that is paid.\n',
    );
    for (const line of await loseAnswer(api)) console.log(`  ${line}`);
  } finally {
    await unprotected.close();
  }
}

try {
  const api = await findOrStartApi(readPort(process.env['PORT']), console.log);
  try {
    await showCures(api);
  } finally {
    await api.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
