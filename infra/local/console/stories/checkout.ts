import { idempotentFetch, mapKeys } from '../../../../functions/idempotency/entries/client.ts';
import { callOf } from '../sender.ts';
import { counted, type Story } from './story.ts';

export const checkout: Story = {
  name: 'checkout',
  title: 'The checkout',
  shows: 'Two systems, and a page that is closed too early.',
  async play({ name, say, headersOf, plan, charges, url }) {
    // What a page keeps in its browser outlives the page.
    const keys = mapKeys(new Map());
    const intention = name('cart');
    const call = callOf({ cure: 'checkout', caller: 'Ada', order: intention, amount: 4200 });
    const openPage = async () => {
      const page = new AbortController();
      const checkOut = idempotentFetch({
        keys,
        fetch: async (request) => {
          try {
            return await fetch(request);
          } catch (error) {
            page.abort(error);
            throw error;
          }
        },
      });
      const response = await checkOut(`${url}${call.path}`, {
        intention,
        method: 'POST',
        headers: headersOf(call),
        body: JSON.stringify(call.body),
        signal: page.signal,
      });
      await response.arrayBuffer();
    };
    say('The page draws a key for this cart with middy-idempotency/client, keeps it, and checks out.');
    plan({ nextAnswer: true });
    say('The first system claims the checkout, and pays at the second one with a key that it derives from the claim.');
    await openPage().catch(() => say('The answer gets lost, and the page is closed. Its key is still kept.'));
    say(
      'The page is opened again, for the same cart: the same key. What has been done already is answered from its record.',
    );
    await openPage();
    return `One cart, two tries, ${counted(charges('key'), 'charge')}.`;
  },
};
