import { counted, type Story } from './story.ts';

export const doubleCharge: Story = {
  name: 'double-charge',
  title: 'The double charge',
  shows: 'An answer gets lost, and the caller tries again.',
  async play({ name, say, press, plan, charges }) {
    const order = name('o');
    say('Ada pays, without protection. The payment is made, and its answer gets lost on the way back.');
    plan({ nextAnswer: true });
    await press({ cure: 'none', order });
    say('She can’t know that it was made, so she presses again: the function can’t know either, and charges again.');
    await press({ cure: 'none', order });
    const pay = { cure: 'key', order: name('o'), key: name('key') } as const;
    say(
      'The same with idempotencyKey: the payment is made, its answer is kept in the record, and gets lost on its way.',
    );
    plan({ nextAnswer: true });
    await press(pay);
    say('She presses again, with the same key: a replay. The answer comes from the record, and nothing runs.');
    await press(pay);
    return `Without protection ${counted(charges('none'), 'charge')} for one order; with the key ${counted(charges('key'), 'charge')}.`;
  },
};
