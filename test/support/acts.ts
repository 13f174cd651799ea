import type { Table, Writes } from '../../functions/idempotency/entries/main.ts';

/** A table with a constraint of one attribute and one of two. */
export const users: Table = { tableName: 'users', partitionKey: 'id', unique: ['email', ['country', 'taxNo']] };

export interface User {
  id: string;
  email?: string;
  country?: string;
  taxNo?: string;
}

export const verbs = ['insert', 'put', 'update', 'delete', 'swap', 'hand over', 'touch'] as const;

/** What one request does: as the item was when its handler looked, or as somebody believes that it was. */
export interface Act {
  verb: (typeof verbs)[number];
  user: User;
  other: User;
  /** What is believed to be there, instead of what is. */
  belief: User | undefined;
}

const changeOf = (from: User, to: User) => ({
  email: { from: from.email, to: to.email },
  country: { from: from.country, to: to.country },
  taxNo: { from: from.taxNo, to: to.taxNo },
});

const touch = { UpdateExpression: 'ADD touched :one', ExpressionAttributeValues: { ':one': 1 } };

export const perform = (writes: Writes, { verb, user, other, belief }: Act, read: (id: string) => User | undefined) => {
  const { id } = user;
  const there: User = belief ? { ...belief, id } : (read(id) ?? { id });
  const update = (from: User, to: User) => writes.update(users, { id: from.id }, {}, { changes: changeOf(from, to) });
  if (verb === 'insert') {
    writes.insert(users, { ...user });
    // A single insert is no transaction: its own item that somebody changes before its retry is another one to it.
    writes.check(users, { id: 'nobody' }, { ConditionExpression: 'attribute_not_exists(id)' });
  }
  if (verb === 'put') {
    const { id: _, ...values } = there;
    writes.put(users, { ...user }, undefined, { replaces: values });
  }
  if (verb === 'update') update(there, user);
  const isAlone = other.id === id && (verb === 'swap' || verb === 'hand over');
  if (verb === 'touch' || isAlone) writes.update(users, { id }, touch);
  if (verb === 'delete') writes.delete(users, { email: undefined, country: undefined, taxNo: undefined, ...there });
  if (isAlone) return;
  const theirs: User = read(other.id) ?? { id: other.id };
  if (verb === 'swap') {
    update(there, theirs);
    update(theirs, there);
  }
  if (verb === 'hand over') {
    writes.delete(users, { email: undefined, country: undefined, taxNo: undefined, ...there });
    writes.insert(users, { ...there, id: other.id });
  }
};
