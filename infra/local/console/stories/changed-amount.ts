import { counted, type Story } from './story.ts';

export const changedAmount: Story = {
  name: 'changed-amount',
  title: 'The same key, another amount',
  shows: 'And the same key from somebody else.',
  async play({ name, say, press, charges }) {
    const order = name('o');
    const key = name('key');
    say('Ada pays 42.00 EUR.');
    await press({ cure: 'key', order, key, amount: 4200 });
    say('The same key for 43.00 EUR: 422. The record keeps a fingerprint of what was asked.');
    await press({ cure: 'key', order, key, amount: 4300 });
    say('Ben happens to use the same key: his payment is another operation, with a record of its own.');
    await press({ cure: 'key', order: name('o'), key, amount: 4200, caller: 'Ben' });
    return `Ada’s payment and Ben’s: ${counted(charges('key'), 'charge')}. The changed amount was refused.`;
  },
};
