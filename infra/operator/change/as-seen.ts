import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../../../functions/idempotency/dynamodb/attributes.ts';
import type { RecordFormat } from '../../../functions/idempotency/dynamodb/record-format.ts';
import type { RecordAttribute } from '../../../functions/idempotency/dynamodb/table-layout.ts';

/** The condition that the named attributes are as they were read. */
export const asSeen = (
  format: RecordFormat,
  item: Attributes,
  names: readonly RecordAttribute[],
): { condition: string; values: Attributes } => {
  const found = names.map((name): [RecordAttribute, AttributeValue | undefined] => [
    name,
    format.attribute(item, name),
  ]);
  return {
    condition: found
      .map(([name, value]) => (value ? `#${name} = :seen_${name}` : `attribute_not_exists(#${name})`))
      .join(' AND '),
    values: Object.fromEntries(found.flatMap(([name, value]) => (value ? [[`:seen_${name}`, value]] : []))),
  };
};
