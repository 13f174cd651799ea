import fc, { type Arbitrary } from 'fast-check';
import { type Act, type User, verbs } from '../../support/acts.ts';

const optional = (name: string, values: readonly string[]): Arbitrary<object> =>
  fc.constantFrom(undefined, ...values).map((value) => (value === undefined ? {} : { [name]: value }));

const aUser: Arbitrary<User> = fc
  .tuple(fc.constantFrom('1', '2', '3'), optional('email', ['a', 'b']), optional('taxNo', ['7', '8']))
  .map(([id, email, taxNo]) => ({ id, country: 'AT', ...email, ...taxNo }));

export const acts: Arbitrary<Act> = fc.record({
  verb: fc.constantFrom(...verbs),
  user: aUser,
  other: aUser,
  belief: fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, aUser),
});

/** Users that may all be there at first: no two share a value. */
export const firstUsers: Arbitrary<User[]> = fc
  .array(aUser, { maxLength: 3 })
  .map((drawn) =>
    drawn.filter(({ id, email, taxNo }, index) =>
      drawn
        .slice(0, index)
        .every(
          (before) => before.id !== id && (!email || before.email !== email) && (!taxNo || before.taxNo !== taxNo),
        ),
    ),
  );
