import { counted, type Story } from './story.ts';

export const takeover: Story = {
  name: 'takeover',
  title: 'Crash and takeover',
  shows: 'A function dies after the charge. When may another take over?',
  async play({ name, say, press, plan, lane, leaseOver, charges }) {
    const pay = { cure: 'key', order: name('o'), key: name('key') } as const;
    plan({ nextCharge: true });
    say('Ada pays. The function claims the key, charges the card, and dies: she gets an error, and nobody cleans up.');
    await press(pay);
    const dead = await lane(({ marks }) => marks.some(({ kind }) => kind === 'killed'));
    say(
      'She tries again. The record still says IN_PROGRESS, and its lease has not ended: the first might still be alive, so 409.',
    );
    await press(pay);
    say('Watch the record: the lease counts down to the end of the time that the first one could have had.');
    await leaseOver(dead);
    say('The lease has ended. The next press takes over: attempt 2, told that the run before it crashed.');
    await press(pay);
    say('It asked the provider with the same derived key, so the card was charged once although two runs asked.');
    await press(pay);
    return `Two runs, ${counted(charges('key'), 'charge')}; the last press was a replay.`;
  },
};
