import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { install } from '../support/consumer.ts';
import { type Target, windowSeconds } from './target.ts';

export const peers = {
  'express-idempotency': '1.0.6',
  '@node-idempotency/nestjs': '1.0.4',
} as const;

const around = {
  '@nestjs/common': '10.4.20',
  '@nestjs/core': '10.4.20',
  '@nestjs/platform-express': '10.4.20',
  '@node-idempotency/storage-adapter-memory': '1.0.2',
  express: '5.3.0',
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
};

const apps = join(import.meta.dirname, 'apps');

/** Installs what the APIs are made of that are no Lambda functions. */
export const installApps = async (folder: string): Promise<void> => {
  await cp(apps, folder, { recursive: true });
  await install(
    folder,
    Object.entries({ ...peers, ...around }).map(([name, version]) => `${name}@${version}`),
  );
};

/** Starts one, which prints its port. */
export const startApp = async (folder: string, name: string): Promise<Target> => {
  const app = spawn(process.execPath, [join(folder, `${name}.mjs`)], {
    cwd: folder,
    // Express prints every refusal otherwise.
    env: { ...process.env, NODE_ENV: 'test', WINDOW_SECONDS: String(windowSeconds) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(app, 'exit');
  const port = await Promise.race([
    once(createInterface(app.stdout), 'line').then(([line]) => String(line)),
    ended.then(([code]) => Promise.reject(new Error(`${name} ended with ${code} before it listened`))),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      app.kill();
      await ended;
    },
  };
};
