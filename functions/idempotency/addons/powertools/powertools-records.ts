import { createHash } from 'node:crypto';
import { checkOptions, isNonEmptyString, type OptionRule } from '../../base/options.ts';
import { cantBeNamed } from '../../base/refusals.ts';
import type { ClientBinding } from '../../dynamodb/api/client-binding.ts';
import { stringOf, toText } from '../../dynamodb/attributes.ts';
import type { DynamoDBStore } from '../../dynamodb/dynamodb-store.ts';
import { createRecordFormat } from '../../dynamodb/record-format.ts';
import { resolveTable, type TableOptions, tableRules } from '../../dynamodb/store-options.ts';
import { checkDistinct, defaultAttributes, type TableLayout } from '../../dynamodb/table-layout.ts';
import { type ExactId, exactId } from '../../request/key/exact-id.ts';
import type { AnyEvent } from '../../request/key/key.ts';
import { searching } from '../jmespath/from-jmes-path.ts';
import type { Functions } from '../jmespath/functions.ts';
import { lacksPart } from '../jmespath/lacks-part.ts';
import type { Found } from '../jmespath/strict-search.ts';
import { powertoolsCodec } from './powertools-codec.ts';
import { powertoolsHash, powertoolsId } from './powertools-id.ts';
import { powertoolsStore } from './powertools-store.ts';

/** The options that you gave to Powertools, under the same names. */
export interface PowertoolsRecordsOptions extends TableOptions {
  /** @default the whole event */
  eventKeyJmesPath?: string;
  /** @default new PowertoolsFunctions() */
  jmesPathOptions?: Functions;
  /** @default 'md5' */
  hashFunction?: string;
  /** @default the Lambda function's name */
  keyPrefix?: string;
  /** @default 'id' */
  keyAttr?: string;
  sortKeyAttr?: string;
  /** @default 'idempotency#' and the key prefix's default, with `sortKeyAttr` */
  staticPkValue?: string;
  /** @default 'status' */
  statusAttr?: string;
  /** @default 'expiration' */
  expiryAttr?: string;
  /** @default 'in_progress_expiration' */
  inProgressExpiryAttr?: string;
  /** @default 'data' */
  dataAttr?: string;
  /** @default payloads are not compared */
  payloadValidationJmesPath?: string;
  /** @default 'validation' */
  validationKeyAttr?: string;
}

const isHashFunction: OptionRule = {
  is: (value) => {
    try {
      return Boolean(createHash(value as string));
    } catch {
      return false;
    }
  },
  expected: 'a hash function that Node has',
};

/** Reads an event, or a wrapped function's first argument. */
type FromEvent = (event: AnyEvent) => unknown;

export interface PowertoolsRecords {
  /**
   * Key, store and fingerprint for `idempotencyKey` and `makeIdempotent` that share records with Powertools for AWS Lambda (TypeScript):
   * the same ids, and items that both libraries can read, so that both can run at once during a deployment.
   *
   * `scope`, `namespace` and the `name` of a wrapped function have no effect: an id is made of Powertools' prefix and key alone. As in
   * Powertools, payloads are compared only with `payloadValidationJmesPath`.
   *
   * @throws {TypeError} at load, when an option is unknown or wrong, no table name is set, or the expression is not valid JMESPath
   *
   * @example
   * ```ts
   * idempotencyKey({ ...powertoolsRecords({ tableName, eventKeyJmesPath: 'powertools_json(body).orderId' }) })
   * ```
   */
  (options?: PowertoolsRecordsOptions): { store: DynamoDBStore; key: FromEvent; fingerprint: FromEvent };
}

export const powertoolsRecordsOn =
  (binding: ClientBinding): PowertoolsRecords =>
  (options = {}) => {
    checkOptions('powertoolsRecords', options, {
      ...tableRules(binding),
      eventKeyJmesPath: { is: (value) => typeof value === 'string', expected: 'a JMESPath expression' },
      jmesPathOptions: { is: (value) => typeof value === 'object', expected: 'an instance of Functions' },
      hashFunction: isHashFunction,
      keyPrefix: isNonEmptyString,
      keyAttr: isNonEmptyString,
      sortKeyAttr: isNonEmptyString,
      staticPkValue: isNonEmptyString,
      statusAttr: isNonEmptyString,
      expiryAttr: isNonEmptyString,
      inProgressExpiryAttr: isNonEmptyString,
      dataAttr: isNonEmptyString,
      payloadValidationJmesPath: isNonEmptyString,
      validationKeyAttr: isNonEmptyString,
    });
    const format = createRecordFormat(powertoolsLayout(options), powertoolsCodec);
    return {
      store: powertoolsStore({ ...resolveTable('powertoolsRecords', options, binding), format }),
      key: keyOf(options),
      fingerprint: fingerprintOf(options),
    };
  };

const functionName = (): string => process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? '';

const hashed = (payload: unknown, hash: (payload: unknown) => string): ExactId => {
  try {
    return exactId(hash(payload));
  } catch (cause) {
    throw cantBeNamed(`the key is not JSON (${(cause as Error).message})`, cause);
  }
};

const searchingOr = (expression: string | undefined, { jmesPathOptions }: PowertoolsRecordsOptions) =>
  expression
    ? searching(expression, { ...(jmesPathOptions && { customFunctions: jmesPathOptions }) })
    : (event: unknown): Found => ({ selected: event, sources: [event] });

const keyOf = (options: PowertoolsRecordsOptions): FromEvent => {
  const { eventKeyJmesPath, hashFunction = 'md5', keyPrefix } = options;
  const search = searchingOr(eventKeyJmesPath, options);
  return async (event: unknown) => {
    const found = search(event);
    if (lacksPart(found)) return undefined;
    return hashed(found.selected, (key) => powertoolsId(keyPrefix?.trim() || functionName(), key, hashFunction));
  };
};

/** Powertools compares payloads only where it was told to: then by the same hash, else every payload is as good as another. */
const fingerprintOf = (options: PowertoolsRecordsOptions): FromEvent => {
  const { payloadValidationJmesPath, hashFunction = 'md5' } = options;
  if (payloadValidationJmesPath === undefined) return () => exactId('');
  const search = searchingOr(payloadValidationJmesPath, options);
  return async (event: unknown) => hashed(search(event).selected, (payload) => powertoolsHash(payload, hashFunction));
};

/** Where Powertools keeps what of a record. */
export const powertoolsLayout = (options: PowertoolsRecordsOptions): TableLayout => {
  const { keyAttr = 'id', sortKeyAttr, staticPkValue = `idempotency#${functionName()}` } = options;
  const attributes = {
    ...defaultAttributes,
    status: options.statusAttr ?? 'status',
    expiresAt: options.expiryAttr ?? 'expiration',
    leaseExpiresAt: options.inProgressExpiryAttr ?? 'in_progress_expiration',
    result: options.dataAttr ?? 'data',
    fingerprint: options.validationKeyAttr ?? 'validation',
  };
  checkDistinct('powertoolsRecords', { keyAttr, sortKeyAttr, ...attributes });
  const idAttribute = sortKeyAttr ?? keyAttr;
  return {
    idAttribute,
    keyOf: (id) => ({ [keyAttr]: toText(staticPkValue), [idAttribute]: toText(id) }),
    idOf: (item) => stringOf(item[idAttribute]) ?? '',
    attributes,
  };
};
