import { isSameAnswer, isSuccess } from '../target/exchange.ts';
import { breach, type Rule, tried } from './rule.ts';

export const safeMethodRules: readonly Rule[] = [
  {
    id: 'safe-without-key',
    level: 'should',
    source: 'RFC 9110, 9.2.1',
    says: 'A GET needs no key: it gets the same answer with and without one.',
    judge: ({ seen }) => {
      const { withoutKey, withFreshKey } = tried(seen.safeMethods);
      return withoutKey.answer.status === withFreshKey.answer.status
        ? undefined
        : breach('A GET is answered by whether it has a key', withoutKey, withFreshKey);
    },
  },
  {
    id: 'safe-not-replayed',
    level: 'should',
    source: 'RFC 9110, 9.2.1',
    says: 'A GET with a key that another method has used is answered like any other GET.',
    judge: ({ seen }) => {
      const { first, withFreshKey, withUsedKey } = tried(seen.safeMethods);
      if (isSuccess(withUsedKey) && isSameAnswer(first, withUsedKey)) {
        return breach('A GET gets the answer that was remembered', first, withUsedKey);
      }
      return withUsedKey.answer.status === withFreshKey.answer.status
        ? undefined
        : breach('A GET is answered by whether its key was used', withFreshKey, withUsedKey);
    },
  },
];
