import { createHash } from 'node:crypto';
import { claim } from '../../../functions/idempotency/addons/redis/scripts/claim.ts';
import { complete } from '../../../functions/idempotency/addons/redis/scripts/complete.ts';
import { release } from '../../../functions/idempotency/addons/redis/scripts/release.ts';
import type { Script } from '../../../functions/idempotency/addons/redis/scripts/script.ts';
import { consume, issue } from '../../../functions/idempotency/addons/redis/scripts/tokens.ts';
import { undo } from '../../../functions/idempotency/addons/redis/scripts/undo.ts';
import type { RedisCall } from '../faults/redis-proxy.ts';
import type { Ended, StoreCall, StoreCallKind } from './store-call.ts';

const scripts = { claim, completion: complete, release, undo, issue, consume } satisfies Partial<
  Record<StoreCallKind, Script>
>;

export const scriptTexts = Object.values(scripts).map(({ text }) => text);

const known = new Map(
  (Object.entries(scripts) as [keyof typeof scripts, Script][]).flatMap(([kind, script]) =>
    [script.text, createHash('sha1').update(script.text).digest('hex')].map(
      (name) => [name, { kind, script }] as const,
    ),
  ),
);

const keyPrefix = 'idempotency:';

/** What a script means to the operation that calls it. */
export function scriptCallOf({ parts }: RedisCall): StoreCall {
  const [, name = '', , key = '', ...values] = parts;
  const found = known.get(name);
  if (!found) return { kind: 'other' };
  const given = (wanted: string): string | undefined => values[found.script.names.indexOf(wanted)];
  const [owner, lease] = [given('owner'), given('leaseExpiresAt')];
  return {
    kind: found.kind,
    recordId: key.slice(keyPrefix.length),
    ...(owner !== undefined && { owner }),
    ...(lease !== undefined && { leaseExpiresAtMs: Number(lease) }),
  };
}

/** Answers that say that it was done. */
const done: ReadonlySet<unknown> = new Set(['taken', 'written', 'undone', 'issued', 'consumed']);

/** How it ended, and with which record. */
export function scriptEnded(answer: unknown): Ended {
  if (answer instanceof Error) return { ok: false };
  const [outcome, flat = []] = (Array.isArray(answer) ? answer : [answer]) as [unknown, string[]?];
  const field = (name: string): string | undefined => flat[flat.indexOf(name) + 1];
  const attempt = field('attempt');
  const met =
    flat.length === 0
      ? undefined
      : {
          status: field('status'),
          owner: field('owner'),
          attempt: flat.includes('attempt') ? Number(attempt) : undefined,
        };
  return { ok: done.has(outcome), met };
}
