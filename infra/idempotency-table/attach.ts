import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { AnyFunction } from './any-function.ts';
import type { AnyTable } from './any-table.ts';
import { attachedFunction } from './attached-function.ts';
import { leadingKeysOf } from './leading-keys.ts';
import { actionsOf, type Use } from './uses.ts';

export interface AttachOptions {
  /**
   * Grants access only to the records of this namespace, by a `dynamodb:LeadingKeys` condition: must equal the handler's option
   * `namespace`. For tokens that is `'token'` by default; otherwise it is the function's name, which a policy can contain only if you have
   * set `functionName`. It must not contain `#` or `/`.
   * @default all records of the table
   */
  readonly namespace?: string;
  /**
   * Where `s3Overflow` keeps results: grants access to put and get its objects, and to use the bucket's customer-managed key if there is
   * one.
   * @default none
   */
  readonly overflow?: {
    readonly bucket: Pick<IBucket, 'arnForObjects' | 'encryptionKey'>;
    /** @default 'idempotency/' */
    readonly prefix?: string;
  };
}

/** What a function uses, and options last. */
export type AttachArguments = readonly Use[] | readonly [...uses: Use[], options: AttachOptions];

const OPTIONS: readonly string[] = ['namespace', 'overflow'] satisfies (keyof AttachOptions)[];

/** Grants a function what it uses of a table, and tells it the table's name. */
export const attachTo = (table: AnyTable, keyPrefix: string, fn: AnyFunction, args: AttachArguments): void => {
  const { uses, options } = readArguments(args);
  const { namespace, overflow } = options;
  const actions = actionsOf(uses);
  const conditions = namespace === undefined ? undefined : leadingKeysOf(namespace, keyPrefix, uses);
  const attached = attachedFunction(fn);
  attached.refuseOldRuntime();
  attached.refuseElsewhere(table);
  attached.refuseOtherTable(table);

  Grant.addToPrincipal({
    grantee: fn,
    actions,
    resourceArns: [table.tableArn],
    ...(conditions && { conditions }),
  });
  table.encryptionKey?.grantDecrypt(fn);
  if (overflow) grantOverflow(fn, overflow);
  attached.nameTable(table);
};

const readArguments = (args: AttachArguments): { uses: readonly Use[]; options: AttachOptions } => {
  const last = args.at(-1);
  const options = typeof last === 'object' && last !== null ? last : undefined;
  const named = (options ? args.slice(0, -1) : args) as readonly Use[];
  const unknown = Object.keys(options ?? {}).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new Error(`attach: unknown option \`${unknown}\`. Known options: ${OPTIONS.join(', ')}.`);
  }
  return { uses: named.length > 0 ? named : ['idempotencyKey'], options: options ?? {} };
};

const grantOverflow = (
  fn: AnyFunction,
  { bucket, prefix = 'idempotency/' }: NonNullable<AttachOptions['overflow']>,
) => {
  Grant.addToPrincipal({
    grantee: fn,
    actions: ['s3:GetObject', 's3:PutObject'],
    resourceArns: [bucket.arnForObjects(`${prefix}*`)],
  });
  bucket.encryptionKey?.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey');
};
