import { counted, type Story } from './story.ts';

export const storm: Story = {
  name: 'storm',
  title: 'The storm',
  shows: 'Pay is pressed twenty times at once.',
  async play({ name, say, press, pressAtOnce, charges }) {
    const order = name('o');
    say('Twenty presses of Pay for one order, without protection. Nothing remembers the first one.');
    await pressAtOnce({ cure: 'none', order });
    say(`So each of them ran, and each run charged the card: ${counted(charges('none'), 'charge')}.`);
    say('The same twenty with idempotencyKey. Each asks the table for the claim; the table gives it to one.');
    const pay = { cure: 'key', order: name('o'), key: name('key') } as const;
    await pressAtOnce(pay);
    say('That one ran. The others were refused while it ran: 409, ask again.');
    await press(pay);
    say('And one more, later: a replay. The first answer comes from the record, and nothing runs.');
    return `Without protection ${counted(charges('none'), 'charge')}; with the key ${counted(charges('key'), 'charge')}.`;
  },
};
