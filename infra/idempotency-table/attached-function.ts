import { isDeepStrictEqual } from 'node:util';
import { Annotations, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { CfnFunction, type IVersion, type Version } from 'aws-cdk-lib/aws-lambda';
import type { AnyFunction } from './any-function.ts';
import type { AnyTable } from './any-table.ts';

const TABLE_VARIABLE = 'IDEMPOTENCY_TABLE';

const OLDEST_NODE = 22;

/** A function as attach sees it, also where it is imported, or stands behind an alias or a version. */
export const attachedFunction = (fn: AnyFunction) => {
  const version = versionOf(fn);
  const target = version?.lambda ?? fn;
  const { defaultChild } = target.permissionsNode;
  /** None of an imported function. */
  const resource = defaultChild instanceof CfnFunction ? defaultChild : undefined;
  const textOf = (value: unknown): string => JSON.stringify(Stack.of(fn).resolve(value));

  /** @throws {Error} when the function's runtime can't run the library */
  const refuseOldRuntime = (): void => {
    const runtime = resource?.runtime;
    if (runtime === undefined || Token.isUnresolved(runtime) || runtime.startsWith('provided')) return;
    const node = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
    if (node !== undefined && Number(node) >= OLDEST_NODE) return;
    throw new Error(
      `${fn.node.path} has the runtime ${runtime}, but the library needs Node ${OLDEST_NODE} or newer: use Runtime.NODEJS_24_X.`,
    );
  };

  /** @throws {Error} when function and table are known to be in different Regions or accounts */
  const refuseElsewhere = (table: AnyTable): void => {
    for (const place of ['region', 'account'] as const) {
      if (Token.compareStrings(fn.env[place], table.env[place]) !== TokenComparison.DIFFERENT) continue;
      throw new Error(
        `${fn.node.path} is in the ${place} ${fn.env[place]}, and ${table.node.path} in ${table.env[place]}, where the function's ` +
          '`dynamoDBStore()` would not look. Attach it to a table of its own, or grant it the actions by hand and pass a `client` for the ' +
          "table's Region, or the table's ARN, to `dynamoDBStore`.",
      );
    }
  };

  /** @throws {Error} when the function is told another table already */
  const refuseOtherTable = (table: AnyTable): void => {
    const environment: { variables?: Record<string, unknown> } | undefined =
      resource && Stack.of(resource).resolve(resource.environment);
    const present = environment?.variables?.[TABLE_VARIABLE];
    if (present === undefined || isDeepStrictEqual(present, Stack.of(fn).resolve(table.tableName))) return;
    throw new Error(
      `${fn.node.path} already has ${TABLE_VARIABLE} = ${textOf(present)}, so attach can't point it to ${table.node.path}, ${textOf(table.tableName)}. For a second table, grant it ` +
        "with `.table.grant(fn, ...)` and pass its name to the handler's `dynamoDBStore({ tableName })`.",
    );
  };

  const nameTable = ({ tableName }: AnyTable): void => {
    const setting = `${TABLE_VARIABLE} to ${textOf(tableName)}`;
    if (!canHaveVariables(target)) {
      warn(
        fn,
        'environment',
        `attach can't set the environment of an imported function. Set ${setting} where the function is defined.`,
      );
      return;
    }
    target.addEnvironment(TABLE_VARIABLE, tableName);
    if (!version || isRenewed(version)) return;
    warn(
      fn,
      'version',
      `attach has set ${setting} for the function, but a published version keeps its old environment. Use ` +
        '`currentVersion`, or publish a new version.',
    );
  };

  return { refuseOldRuntime, refuseElsewhere, refuseOtherTable, nameTable };
};

const versionOf = (fn: AnyFunction): IVersion | Version | undefined => {
  if ('lambda' in fn) return ('aliasName' in fn && 'version' in fn ? fn.version : fn) as IVersion;
  return 'version' in fn && typeof fn.version === 'object' ? (fn.version as IVersion) : undefined;
};

/** `currentVersion` is published anew whenever the function changes, its variables included. */
const isRenewed = ({ node, lambda }: IVersion | Version): boolean =>
  node.scope === lambda && node.id === 'CurrentVersion';

interface WithVariables {
  addEnvironment(name: string, value: string): unknown;
}

const canHaveVariables = (target: object): target is WithVariables => 'addEnvironment' in target;

const warn = (fn: AnyFunction, id: string, message: string): void =>
  Annotations.of(fn).addWarningV2(`middy-idempotency:${id}`, message);
