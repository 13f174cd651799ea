import { signal } from '@preact/signals';
import { aheadMs } from './state.ts';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** The server's time, as far as the page shows it. */
export const now = signal(Date.now());

const tick = (): void => {
  now.value = Date.now() + aheadMs.value;
  setTimeout(tick, calm.matches ? 500 : 50);
};

export const startClock = tick;
