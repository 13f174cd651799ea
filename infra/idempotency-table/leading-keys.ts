import { Token } from 'aws-cdk-lib';
import { isNamespace } from '../../functions/idempotency/base/options.ts';
import type { Use } from './uses.ts';

type Conditions = Record<string, Record<string, string[]>>;

/**
 * Restricts a grant to the records of one namespace: a record's id is the namespace, in `makeIdempotent` with `/` and the name, then `#`
 * and a hash. Namespaces without `#` and `/` never begin one another's ids.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @throws {Error} when no condition can hold the namespace, or a use has none
 */
export const leadingKeysOf = (namespace: string, keyPrefix: string, uses: readonly Use[]): Conditions => {
  if (Token.isUnresolved(namespace)) {
    throw new Error(
      'attach: option `namespace` must be known before deployment: pass a string, and the same one to the handler. With a generated ' +
        'function name, function and policy would depend on each other: to use the name, give the function a `functionName`.',
    );
  }
  if (!isNamespace.is(namespace)) {
    throw new Error(
      `attach: option \`namespace\` must be ${isNamespace.expected}, as in the handler, not ${JSON.stringify(namespace)}.`,
    );
  }
  if (uses.includes('powertoolsRecords')) {
    throw new Error(
      'attach: `powertoolsRecords` has no namespace, since its ids are those of Powertools. Attach it without the option `namespace`.',
    );
  }
  const literal = `${keyPrefix}${namespace}`.replace(/[*?$]/g, (special) => `\${${special}}`);
  return { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${literal}#*`, `${literal}/*`] } };
};
