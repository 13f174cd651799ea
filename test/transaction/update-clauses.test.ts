import { describe, expect, it } from 'vitest';
import { attributesWritten, withClauses } from '../../functions/idempotency/transaction/update-clauses.ts';

describe('what an update expression writes', () => {
  it.each<[string, string[]]>([
    ['SET a = :a', ['a']],
    ['set a=:a,b = if_not_exists(c, :b) , d = list_append(e, :e) + :f', ['a', 'b', 'd']],
    ['SET a.b[3].c = d', ['a']],
    ['SET a . b = :v, c [0] = :v', ['a', 'c']],
    ['REMOVE a, b[1], c.d ADD e :e DELETE f :f', ['a', 'b', 'c', 'e', 'f']],
    ['ADD a :set, b:add REMOVE offset', ['a', 'b', 'offset']],
    ['SET #set = :set, #d = settings', ['set it', 'a.b']],
    ['SET a.set = :v', ['a']],
    ['SET (a) = :v', ['a']],
  ])('%s', (expression, written) => {
    expect(attributesWritten(expression, { '#set': 'set it', '#d': 'a.b' })).toEqual(written);
  });

  it.each(['a = :a', 'SET remove = :v', 'ADD remove :one', 'REMOVE set, a', 'SET a', 'REMOVE a = :a', 'SET = :a'])(
    'can’t be told of %s',
    (expression) => {
      expect(() => attributesWritten(expression)).toThrow('ExpressionAttributeNames');
    },
  );

  it('is joined by more assignments and removals', () => {
    expect(withClauses('', ['a = :a'], [])).toBe('SET a = :a');
    expect(withClauses('REMOVE b set c = :c', ['a = :a'], ['d'])).toBe('REMOVE b, d SET c = :c, a = :a');
    expect(withClauses('ADD n :n', ['a = :a'], ['d'])).toBe('ADD n :n SET a = :a REMOVE d');
    expect(withClauses('SET a = :a', [], [])).toBe('SET a = :a');
  });
});
