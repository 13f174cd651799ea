import type { DynamoDBStore } from '../../../functions/idempotency/entries/main.ts';

type Method = (...args: unknown[]) => unknown;

/** The same store, that tells of each call what the library was told, whatever verbs it has. */
export const watchedStore = (store: DynamoDBStore, tell: (verb: string, outcome: string) => void): DynamoDBStore => {
  const watched = (verb: string, method: Method): Method => {
    return (...args) => {
      const result = method(...args);
      if (!(result instanceof Promise)) return result;
      return result.then(
        (outcome) => {
          tell(verb, textOf(outcome));
          return outcome;
        },
        (error) => {
          tell(verb, 'failed');
          throw error;
        },
      );
    };
  };
  return Object.fromEntries(
    Object.entries(store).map(([name, member]) => [
      name,
      typeof member === 'function' ? watched(name, member as Method) : member,
    ]),
  ) as unknown as DynamoDBStore;
};

interface Outcome {
  claimed?: boolean;
  record?: { status: string };
}

const textOf = (outcome: unknown): string => {
  if (typeof outcome === 'string') return outcome;
  const { claimed, record } = (outcome ?? {}) as Outcome;
  if (claimed) return 'claimed';
  return claimed === false ? `refused by ${record?.status ?? 'nothing'}` : 'done';
};
