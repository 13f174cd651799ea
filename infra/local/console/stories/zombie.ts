import { counted, type Story } from './story.ts';

export const zombie: Story = {
  name: 'zombie',
  title: 'The zombie',
  shows: 'A run that was taken for dead comes back.',
  async play({ name, say, press, holdNextCharge, lane, endLease, charges }) {
    const pay = { cure: 'key', order: name('o'), key: name('key') } as const;
    const wake = Promise.withResolvers<void>();
    holdNextCharge(wake.promise);
    say('Ada pays. The provider charges the card, and its answer takes very long: the function hangs.');
    const first = press(pay);
    try {
      const hanging = await lane(({ marks }) => marks.some(({ kind }) => kind === 'charged'));
      await endLease(hanging);
      say('Its lease ends (here it is moved to now), as it would for a frozen process or a clock that is wrong.');
      await press(pay);
      say('The second press took over as attempt 2, asked the provider with the same key, and completed the record.');
    } finally {
      say('Now the first one wakes up and wants to complete. It doesn’t own the record any more: it changes nothing.');
      wake.resolve();
    }
    await first;
    await press(pay);
    say('Only the owner of a claim writes. A later press gets the answer of attempt 2.');
    return `Two runs, ${counted(charges('key'), 'charge')}; the zombie’s write was refused.`;
  },
};
