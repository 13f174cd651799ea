import type { Attributes } from '../attributes.ts';
import { type Conditioned, conditioned, expressionsOn } from '../expressions.ts';
import { type Guard, ownerName } from './guard.ts';

/** Holds while a guard is free or belongs to one of the given items. */
export const isFreeOr = ({ partitionKey }: Guard, owners: readonly Attributes[]): Conditioned => {
  const on = expressionsOn();
  const ours = owners.map((owner) => `${on.name(ownerName)} = ${on.value({ M: owner })}`);
  on.require([`attribute_not_exists(${on.name(partitionKey)})`, ...ours].join(' OR '));
  return conditioned(on.build());
};

/** Holds while a guard belongs to the item that it was made for. */
export const belongsTo = (owner: Attributes): Conditioned => {
  const on = expressionsOn();
  on.require(`${on.name(ownerName)} = ${on.value({ M: owner })}`);
  return conditioned(on.build());
};
