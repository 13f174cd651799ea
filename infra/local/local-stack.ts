import { account } from './account.ts';
import { type Engine, startEngine } from './engine.ts';
import type { EngineKind } from './engine-command.ts';
import { overrideEnvironment } from './environment-overrides.ts';
import { freePort } from './free-port.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { type Gateway, type GatewayRoute, startGateway } from './gateway.ts';
import { createCors } from './http-api-cors.ts';
import { introspectionRoute, type RunningStack } from './introspection.ts';
import { createJwtAuthorizer } from './jwt-authorizer.ts';
import type { FunctionModel, RouteModel, StackModel } from './model.ts';
import { seedStock } from './seed.ts';
import { createTables } from './tables.ts';
import { readAssembly } from './template.ts';

export type LocalStackOptions = {
  /** The folder that `cdk synth` wrote. */
  assembly: string;
  /** 0 takes a free one. */
  port: number;
  /** @default the best that this machine can run */
  engine?: EngineKind;
  /** Replaces values of variables that the template defines. */
  environment?: Record<string, string>;
  /** What stands between the functions and the engine: it is given the engine's address, and gives its own. */
  proxy?: (endpoint: string) => Promise<string>;
  log?: (line: string) => void;
};

export type LocalStack = RunningStack & {
  url: string;
  routeKeys: string[];
  /** Whose tokens the routes want, if they want any. */
  issuers: string[];
  close(): Promise<void>;
};

/** Runs a synthesized stack on this machine: its tables, its functions, its HTTP API. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { assembly, environment = {}, log = () => {} } = options;
  // Functions are told where the API is before it listens.
  const port = options.port || (await freePort());
  const model = readAssembly(assembly);
  const functionModels = overrideEnvironment(
    model.functions.map((fn) => withApiAt(`http://127.0.0.1:${port}`, fn)),
    environment,
  );

  const engine = await startEngine(options.engine);
  try {
    await createTables(engine.endpoint, model.tables);
    await seedStock(engine.endpoint, model.tables);
    const endpoint = (await options.proxy?.(engine.endpoint)) ?? engine.endpoint;
    const functions = functionModels.map((fn) => createFunctionPool(fn, { endpoint, log }));
    const running = describe(engine, model, functions);
    const gateway = await startGateway({
      port,
      routes: model.routes.map((route) => toGatewayRoute(route, functions)),
      ...(model.cors && { cors: createCors(model.cors) }),
      fallbackRoutes: [introspectionRoute(running, model.routes)],
      log,
    });
    return {
      ...running,
      url: gateway.url,
      routeKeys: model.routes.map(({ routeKey }) => routeKey),
      issuers: [...new Set(model.routes.flatMap(({ jwt }) => jwt?.issuer ?? []))],
      close: () => close(gateway, functions, engine),
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function withApiAt(url: string, fn: FunctionModel): FunctionModel {
  const environment = Object.entries(fn.environment).map(([name, value]) => [
    name,
    value.replace(account.apiEndpoint, url),
  ]);
  return { ...fn, environment: Object.fromEntries(environment) };
}

function describe({ endpoint, kind }: Engine, { tables }: StackModel, functions: FunctionPool[]): RunningStack {
  const names = Object.fromEntries(tables.map(({ logicalId, name }) => [logicalId, name]));
  return { endpoint, engine: kind, tables: names, functions };
}

function toGatewayRoute(route: RouteModel, functions: FunctionPool[]): GatewayRoute {
  const target = functions.find(({ name }) => name === route.functionName);
  if (!target) throw new Error(`${route.routeKey}: no function ${route.functionName}`);
  return {
    routeKey: route.routeKey,
    target,
    timeoutMs: route.integrationTimeoutMs,
    ...(route.jwt && { authorize: authorizeBy(route.jwt) }),
  };
}

function authorizeBy({ scopes, ...model }: NonNullable<RouteModel['jwt']>): NonNullable<GatewayRoute['authorize']> {
  const authorizer = createJwtAuthorizer(model);
  return (header) => authorizer.authorize(header, scopes);
}

async function close(gateway: Gateway, functions: FunctionPool[], engine: Engine): Promise<void> {
  await gateway.close();
  await Promise.all(functions.map((pool) => pool.close()));
  await engine.close();
}
