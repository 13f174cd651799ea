import { counted, type Story } from './story.ts';

export const orderTwice: Story = {
  name: 'order-twice',
  title: 'An order number, twice',
  shows: 'A guard item in the table lets only one through.',
  async play({ name, say, pressAtOnce, orders }) {
    const order = name('no');
    say(
      'Twenty times the same order number at once, without protection: twenty orders, and twenty keyboards taken from stock.',
    );
    await pressAtOnce({ cure: 'order-none', order });
    const guarded = name('no');
    say('The same with uniqueIndex: order, stock and a guard for the number are one transaction, all or none.');
    await pressAtOnce({ cure: 'order', order: guarded });
    return `Without protection ${counted(orders('order-none'), 'order')}; with uniqueIndex ${counted(orders('order'), 'order')}.`;
  },
};
