import type { IdempotencyStore } from '../../../functions/idempotency/entries/main.ts';

type Method = (...args: unknown[]) => unknown;

/** The same store, that tells of each call what the library was told, whatever verbs it has. */
export const watchedStore = <Store extends IdempotencyStore>(
  store: Store,
  tell: (verb: string, outcome: string) => void,
): Store => {
  const watched = (verb: string, method: Method): Method => {
    return (...args) => {
      const result = method(...args);
      if (!(result instanceof Promise)) return result;
      return result.then(
        (outcome) => {
          tell(nameOf(verb, args), textOf(outcome));
          return outcome;
        },
        (error) => {
          tell(nameOf(verb, args), 'failed');
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
  ) as unknown as Store;
};

const nameOf = (verb: string, [request]: readonly unknown[]): string =>
  verb === 'release' && (request as { end: string }).end === 'unknown' ? 'release unknown' : verb;

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
