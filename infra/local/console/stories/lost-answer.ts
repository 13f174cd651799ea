import { counted, type Story } from './story.ts';

export const lostAnswer: Story = {
  name: 'lost-answer',
  title: 'The lost answer',
  shows: 'The table applies a write, but the answer is lost. Did it happen?',
  async play({ name, say, press, plan, charges }) {
    const pay = (order: string) => ({ cure: 'key', order, key: name('key') }) as const;
    say('The claim is applied, and the table’s answer to it gets lost. The function asks again.');
    plan({ nextCall: { of: 'claim', lost: 'after' } });
    await press(pay(name('o')));
    say('It meets a record that is in progress, and sees by the owner that this is its own claim: it runs, once.');
    say('Now the claim gets lost before it reaches the table: asked again, it is a first claim.');
    plan({ nextCall: { of: 'claim', lost: 'before' } });
    await press(pay(name('o')));
    say('And the completion’s answer gets lost: asked again, it finds its own answer in the record.');
    plan({ nextCall: { of: 'completion', lost: 'after' } });
    const last = pay(name('o'));
    await press(last);
    await press(last);
    return `Three payments, ${counted(charges('key'), 'charge')}; each ran once, and the last press was a replay.`;
  },
};
