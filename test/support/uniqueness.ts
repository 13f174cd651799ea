import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Attributes = Record<string, AttributeValue>;

const constraints = ['email', 'country,taxNo'];

/** What is wrong between the items of `users` and their guards, in one state of the table; `undefined` if nothing is. */
export const brokenUniqueness = () => {
  /** By value, since the key of a guard tells only that it is another. */
  const keys = new Map<string, string>();

  return (all: readonly Attributes[]): string | undefined => {
    const isGuard = ({ id }: Attributes) => id?.S?.startsWith('unique-guard#');
    const guards = new Map<string, string>();
    for (const guard of all.filter(isGuard)) {
      const names = guard['uniqueAttributes']?.L?.map(({ S }) => S).join();
      const holder = `${guard['uniqueOf']?.M?.['id']?.S} ${names}`;
      if (guards.has(holder)) return `two guards of ${holder}`;
      guards.set(holder, guard['id']?.S ?? '');
    }
    const holders = new Map<string, string>();
    for (const item of all.filter((each) => !isGuard(each))) {
      for (const constraint of constraints) {
        const parts = constraint.split(',').map((name) => item[name]?.S);
        if (parts.includes(undefined)) continue;
        const value = `${constraint} ${parts}`;
        const holder = `${item['id']?.S} ${constraint}`;
        if (holders.has(value)) return `${value} twice: ${holders.get(value)}, ${holder}`;
        holders.set(value, holder);
        const guard = guards.get(holder);
        if (guard === undefined) return `no guard of ${holder}`;
        if ((keys.get(value) ?? guard) !== guard) return `another guard of ${value}`;
        keys.set(value, guard);
      }
    }
    return holders.size === guards.size ? undefined : 'a guard without an item';
  };
};
