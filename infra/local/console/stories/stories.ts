import { changedAmount } from './changed-amount.ts';
import { checkout } from './checkout.ts';
import { doubleCharge } from './double-charge.ts';
import { lostAnswer } from './lost-answer.ts';
import { orderTwice } from './order-twice.ts';
import { storm } from './storm.ts';
import type { Story } from './story.ts';
import { takeover } from './takeover.ts';
import { tokenTwice } from './token-twice.ts';
import { zombie } from './zombie.ts';

/** In the order in which they explain themselves. */
export const stories: Story[] = [
  storm,
  doubleCharge,
  takeover,
  zombie,
  lostAnswer,
  checkout,
  changedAmount,
  tokenTwice,
  orderTwice,
];
