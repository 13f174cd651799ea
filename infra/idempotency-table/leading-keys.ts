import { Token } from 'aws-cdk-lib';
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
      'attach: option `namespace` is not known before deployment. Pass a text, and the same one to the handler; a name that is made up for ' +
        'the function would have function and policy wait for each other. Give the function a `functionName` to use that.',
    );
  }
  if (!/^[^#/]{1,128}$/.test(namespace)) {
    throw new Error(
      `attach: option \`namespace\` is ${JSON.stringify(namespace)}. Take 1 to 128 characters other than # and /, which end a namespace in ` +
        'the ids of records.',
    );
  }
  if (uses.includes('powertoolsRecords')) {
    throw new Error(
      'attach: `powertoolsRecords` knows no namespace, its ids are those of Powertools. Attach it without the option `namespace`.',
    );
  }
  const literal = `${keyPrefix}${namespace}`.replace(/[*?$]/g, (special) => `\${${special}}`);
  return { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${literal}#*`, `${literal}/*`] } };
};
