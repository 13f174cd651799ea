import type { FloorName } from '../latency.ts';
import type { Subject } from '../subjects.ts';

export const titles: Readonly<Record<Subject | FloorName, string>> = {
  ours: 'this library',
  lean: 'this library, lean client',
  peer: 'the peer',
  sdkFloor: 'bare calls, AWS SDK',
  leanFloor: 'bare calls, lean client',
};

/** In the order of the tables. */
export const subjects = ['ours', 'lean', 'peer'] as const satisfies Subject[];
