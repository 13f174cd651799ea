import type { Context } from 'aws-lambda';
import { readClock } from '../base/clock.ts';
import { digest } from '../base/hash.ts';
import { jsonOfTexts } from '../base/json-of-texts.ts';
import { cantBeNamed, scopeMissing } from '../base/refusals.ts';
import { uniqueId } from '../base/unique-id.ts';
import { canonicalText } from './comparison/canonical-text.ts';
import { captured } from './comparison/captured.ts';
import { isMissing } from './comparison/hole.ts';
import { UnnameableValue } from './comparison/unnameable-value.ts';
import {
  executionOwner,
  isDurableContext,
  lambdaContextOf,
  longestExecutionMs,
  tenantOf,
  toldRemainingMs,
} from './durable.ts';
import { exactIdOf } from './key/exact-id.ts';

/** Covers the difference between the clocks of two execution environments. */
const clockMarginMs = 1000;

/** The longest that a Lambda invocation can run: for callers that have no deadline to tell. */
const defaultLeaseMs = 900_000;

/** One thing that one request asks for. Fixed on arrival: what the handler later does to its event changes nothing here. */
export interface Operation {
  id: string;
  namespace: string;
  /** The key as text; canonical JSON when it has several parts. */
  key: string;
  fingerprint: string;
  /** Names the one who may write the record: unique per invocation, in a durable function per execution. */
  owner: string;
  /** Which try of a durable execution this is. */
  fence: string | undefined;
  /** Names the key to whoever looks for its record. */
  keyHash: string;
  requestId: string | undefined;
  /** When the lease of a claim made on arrival ends. */
  leaseExpiresAtMs: number;
  /** How long a lease lasts at least, whenever the claim is made: a caller may have waited for it. */
  leaseMs: number;
  /** When the invocation has to have answered; `Infinity` where there is no Lambda context to tell it. */
  deadlineMs: number;
}

/** What the caller names the operation by; together with the scope it makes the record's id. */
export type OperationIdentity = { key: NonNullable<unknown> } | { token: string; bindTo: unknown };

/** What has been read of a request, for naming its operation. */
export interface OperationReading {
  identity: OperationIdentity;
  /** Not asked where the key is a record's id already. */
  scope: () => unknown;
  /** Read once the id is known: a key that names nothing is the first thing to be told. */
  fingerprint: () => string | Promise<string>;
  context: Context;
}

export interface OperationSettings {
  namespace: string | undefined;
  /** Tells the operations of one function apart; the part of their namespace after the last `/`. */
  name?: string;
  leaseMs: number | undefined;
  now: () => number;
}

/**
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when key or scope can't name anything
 * @throws {TypeError} when there is neither a function name nor the option `namespace`
 */
export const describeOperation = async (
  { identity, scope, fingerprint, context }: OperationReading,
  settings: OperationSettings,
): Promise<Operation> => {
  const nowMs = readClock(settings.now);
  const remainingMs = toldRemainingMs(context);
  const namespace = namespaceOf(settings, context);
  const exactId = 'key' in identity ? exactIdOf(identity.key) : undefined;
  const id = exactId ?? recordIdOf(namespace, await idPartsOf(identity, scope, context));
  const key = exactId ?? keyText('key' in identity ? identity.key : identity.token);
  return {
    id,
    namespace,
    key,
    keyHash: keyHashOf(namespace, key),
    requestId: lambdaContextOf(context).awsRequestId,
    fingerprint: await fingerprint(),
    ...writerOf(context),
    ...leaseOf(context, nowMs, remainingMs, settings.leaseMs),
    deadlineMs: nowMs + (remainingMs ?? Number.POSITIVE_INFINITY),
  };
};

/** A token is issued without a tenant: it is bound to the one that uses it first, by what is compared. */
const idPartsOf = async (identity: OperationIdentity, scope: () => unknown, context: Context) => {
  const parts = { scope: requiredScope(await captured(scope(), 'scope', context)), ...identity };
  const tenant = 'key' in identity ? tenantOf(context) : undefined;
  return tenant === undefined ? parts : { ...parts, tenant };
};

export const writerOf = (context: Context): { owner: string; fence: string | undefined } =>
  isDurableContext(context)
    ? { owner: executionOwner(context), fence: uniqueId() }
    : { owner: uniqueId(), fence: undefined };

/** At least the rest of the invocation; a durable execution may be suspended, and resumed by another invocation much later. */
const leaseOf = (context: Context, nowMs: number, remainingMs: number | undefined, chosenMs: number | undefined) => {
  const untold = remainingMs === undefined ? defaultLeaseMs : 0;
  const leaseMs = chosenMs ?? (isDurableContext(context) ? longestExecutionMs : untold);
  const restMs = remainingMs === undefined ? 0 : remainingMs + clockMarginMs;
  return { leaseMs, leaseExpiresAtMs: nowMs + Math.max(leaseMs, restMs) };
};

/**
 * The partition key of a record. The hash spreads records over all partitions, whatever the keys look like.
 *
 * @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when the identity holds what can't be told apart, by its path
 */
export const recordIdOf = (namespace: string, { bindTo, ...identity }: Readonly<Record<string, unknown>>): string => {
  try {
    const named = canonicalText(bindTo === undefined ? identity : { ...identity, bindTo }, 'name');
    // The namespace is in the hash, too: with a store's prefix before it, it may look like another prefix and namespace.
    return `${namespace}#${digest(`${JSON.stringify(namespace)} ${named}`)}`;
  } catch (error) {
    if (error instanceof UnnameableValue) throw cantBeNamed(`${error.path.replace(/^\./, '')} ${error.what}`, error);
    throw error;
  }
};

/** @throws {IdempotencyError} `ILLEGAL_ARGUMENT` when there is none: callers without a scope would share their records */
export const requiredScope = (scope: unknown): unknown => {
  if (isMissing(scope)) throw scopeMissing();
  return scope;
};

/** By which a record is found without knowing its scope. */
export const keyHashOf = (namespace: string, key: string): string => digest(jsonOfTexts([namespace, key]));

const keyText = (key: unknown): string => (typeof key === 'string' ? key : canonicalText(key, 'name'));

/** The function that runs: its name is the same in every version, alias and Region. */
export const functionNameOf = (context: Context): string | undefined =>
  lambdaContextOf(context).functionName ?? process.env['AWS_LAMBDA_FUNCTION_NAME'];

const namespaceOf = ({ namespace, name }: OperationSettings, context: Context): string => {
  const base = namespace ?? functionNameOf(context);
  if (base) return name === undefined ? base : `${base}/${name}`;
  throw new TypeError(
    'The Lambda context has no functionName, so the record would be shared with other functions. Pass the option `namespace`.',
  );
};
