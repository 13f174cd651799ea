import { currentInvocation } from './invocation.ts';

/** In place of `node:timers/promises`: a pause between two tries lasts as long as the scheduler lets it. */
export const setTimeout = async (): Promise<void> => {
  const invocation = currentInvocation();
  await invocation.turn('pauses before the next try');
  await invocation.survive();
};
