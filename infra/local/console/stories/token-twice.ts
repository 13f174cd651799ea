import { counted, type Story } from './story.ts';

export const tokenTwice: Story = {
  name: 'token-twice',
  title: 'A token, used twice',
  shows: 'And by somebody else.',
  async play({ name, say, press, getToken, charges }) {
    say('Ada’s form fetches a token: an item in the table that is waiting to be deleted.');
    const token = await getToken('Ada');
    const order = name('o');
    say('Ben has got hold of it: it was not issued to him.');
    await press({ cure: 'token', order, token, caller: 'Ben' });
    say('Ada presses twice at once. Whichever request deletes the token may go on; the other one is refused.');
    await Promise.all([press({ cure: 'token', order, token }), press({ cure: 'token', order, token })]);
    return `Three presses with one token, ${counted(charges('token'), 'charge')}.`;
  },
};
