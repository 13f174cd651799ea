import { withTimeLimit } from '../../base/deadline.ts';
import type { DynamoDBApi } from './dynamodb-api.ts';

/** How long a connection may take that nobody waits for yet. */
const limitMs = 1000;

/** Calls that go through everything but the network, and the connection that the first of them begins to make. */
export interface Stage {
  api: DynamoDBApi;
  /** Never rejects. */
  connection(): Promise<unknown> | undefined;
}

/** The rehearsal of a client's first calls. */
export interface Rehearsal {
  /**
   * For real calls: they wait for the connection that is being made, rather than open another. As long as there is none, a rehearsal
   * would be in their way, and ends.
   */
  makeWay(): Promise<unknown> | undefined;
  warmUp: NonNullable<DynamoDBApi['warmUp']>;
}

/** @param open - Makes the stage; the signal ends what is under way there. */
export const createRehearsal = (open: (signal: AbortSignal) => Stage): Rehearsal => {
  let once: Promise<void> | undefined;
  let stage: Stage | undefined;
  const end = new AbortController();
  const ended = (): void => {
    stage = undefined;
  };
  return {
    makeWay: () => {
      const connection = stage?.connection();
      if (stage && !connection) end.abort();
      return connection;
    },
    warmUp: (rehearse) => {
      once ??= withTimeLimit(limitMs, async (signal) => {
        signal.addEventListener('abort', () => end.abort());
        stage = open(end.signal);
        // The code is gone through while the connection is being made: nothing of it is left for when the first request comes.
        await rehearse(stage.api);
        await stage?.connection();
      }).then(ended, ended);
      return once;
    },
  };
};
