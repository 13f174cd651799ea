import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { EnvironmentWatch } from '../function-process.ts';
import type { LaneBook } from './lane-book.ts';
import { libraryEventOf } from './library-event.ts';
import type { Cure, Lane, PhaseKind } from './protocol.ts';

/** An execution environment, and whose request it serves. */
export type Environment = {
  readonly functionName: string;
  lane: Lane | undefined;
  kill(): void;
};

export type Environments = {
  /** `addresses` gives the variables of an environment from its path, by which it is known. */
  watch(functionName: string, addresses: (path: string) => Record<string, string>): EnvironmentWatch;
  /** By the path that its addresses have. */
  at(path: string): Environment | undefined;
  /** Those that serve a request now. */
  busy(): Environment[];
};

/** What a request goes through once its function was called. */
const firstPhase: Record<Cure, PhaseKind> = {
  none: 'unguarded',
  'order-none': 'unguarded',
  // Its handler runs at once, and hands its writes over; they are what is guarded.
  order: 'running',
  key: 'working',
  token: 'working',
  checkout: 'working',
  other: 'working',
};

export function createEnvironments(book: LaneBook): Environments {
  const environments = new Map<string, Environment>();
  /** By Lambda's request id: a line may be read after its request has ended. */
  const lanes = new Map<string, Lane>();
  const keptIds = 2000;

  return {
    watch(functionName, addresses) {
      const path = `/${randomUUID()}`;
      const environment: Environment = { functionName, lane: undefined, kill: () => {} };
      environments.set(path, environment);
      return {
        environment: addresses(path),
        started(kill) {
          environment.kill = kill;
        },
        invoked(requestId, payload) {
          const { requestContext } = JSON.parse(payload) as APIGatewayProxyEventV2;
          const lane = book.find(requestContext.requestId);
          environment.lane = lane;
          if (!lane) return;
          lanes.set(requestId, lane);
          const [oldest] = lanes.keys();
          if (lanes.size > keptIds && oldest !== undefined) lanes.delete(oldest);
          book.enter(lane, firstPhase[lane.cure]);
        },
        wrote(line) {
          const event = libraryEventOf(line);
          const lane = event && lanes.get(event.requestId);
          if (event && lane) book.mark(lane, 'event', event.says);
        },
        exited() {
          environments.delete(path);
        },
      };
    },
    // The SDK puts a slash behind the path of its endpoint.
    at: (path) => environments.get(path.replace(/\/$/, '')),
    busy: () => [...environments.values()].filter(({ lane }) => lane && lane.endedMs === undefined),
  };
}
