import type { EngineKind } from './engine-command.ts';
import type { FunctionPool } from './function-pool.ts';
import type { GatewayRoute } from './gateway.ts';
import type { RouteModel } from './model.ts';

export type RunningStack = {
  endpoint: string;
  engine: EngineKind;
  enginePid(): number;
  /** From logical id to local name. */
  tables: Record<string, string>;
  functions: FunctionPool[];
};

/** Shows what runs: which process to kill, where the engine is. */
export function introspectionRoute(
  { functions, enginePid, ...stack }: RunningStack,
  routes: RouteModel[],
): GatewayRoute {
  return {
    routeKey: 'GET /_local',
    target: {
      async invoke() {
        const described = functions.map((pool) => ({
          name: pool.name,
          routes: routes.filter(({ functionName }) => functionName === pool.name).map(({ routeKey }) => routeKey),
          processes: pool.processes(),
        }));
        return {
          status: 'success',
          payload: JSON.stringify({ ...stack, enginePid: enginePid(), functions: described }),
        };
      },
    },
  };
}
