import { type HandlerName, handlers } from '../bundles.ts';
import type { FloorName } from '../latency.ts';
import type { Subject } from '../subjects.ts';

export const titles: Readonly<Record<HandlerName | FloorName, string>> = {
  ...handlers,
  sdkFloor: 'bare calls, AWS SDK',
  leanFloor: 'bare calls, lean client',
};

/** In the order of the tables. */
export const subjects = ['ours', 'lean', 'peer'] as const satisfies Subject[];
