import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../infra/local/engine.ts';
import { checkTarget } from '../../infra/operator/check/check.ts';
import type { Judged } from '../../infra/operator/check/judge.ts';
import { resolveSettings } from '../../infra/operator/check/resolve-settings.ts';
import { openDatabase } from '../support/dynamodb.ts';
import { origin } from './apps/payments.mjs';
import { installApps, startApp } from './node-targets.ts';
import { type Target, windowSeconds } from './target.ts';

const check = async ({ url }: Target, hasWindow: boolean): Promise<Judged[]> => {
  const config = join(import.meta.dirname, 'check.json');
  const given = {
    config,
    effectsUrl: `${url}/effects`,
    origin,
    ...(hasWindow && { window: windowSeconds }),
  };
  const { settings } = await resolveSettings(`${url}/payments`, given, process.stdin);
  const { judged } = await checkTarget(settings, new AbortController().signal);
  return judged;
};

const checked = async (starting: Promise<Target>, { hasWindow = true } = {}): Promise<Judged[]> => {
  const target = await starting;
  try {
    return await check(target, hasWindow);
  } finally {
    await target.close();
  }
};

export type Comparison = Readonly<Record<string, Judged[]>>;

/** What the checker says of the same API under each library. */
export const compare = async (): Promise<Comparison> => {
  const folder = await mkdtemp(join(tmpdir(), 'compare-'));
  const engine = await startEngine();
  try {
    await installApps(folder);
    Object.assign(process.env, {
      ALLOWED_ORIGINS: origin,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    const database = openDatabase(engine.endpoint);
    process.env['IDEMPOTENCY_TABLE'] = await database.createTable({ partitionKey: 'id' });
    const powertoolsTable = await database.createTable({ partitionKey: 'id' });
    // It reads the allowed origins when it is loaded.
    const { httpShell } = await import('../../functions/shared/http-shell.ts');
    const { startOurs, startPowertools } = await import('./lambda-targets.ts');
    return {
      'middy-idempotency': await checked(startOurs(httpShell)),
      'Powertools (Middy)': await checked(startPowertools(httpShell, powertoolsTable)),
      'node-idempotency (NestJS)': await checked(startApp(folder, 'node-idempotency')),
      'express-idempotency': await checked(startApp(folder, 'express-idempotency'), { hasWindow: false }),
    };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
};
