import { account } from './account.ts';
import { type Console, startConsole } from './console/console.ts';
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
  /** Serves the console at `/_console`. @default false */
  console?: boolean;
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
  let onlooker: Console | undefined;
  try {
    await createTables(engine.endpoint, model.tables);
    await seedStock(engine.endpoint, model.tables);
    const routeKeys = model.routes.map(({ routeKey }) => routeKey);
    onlooker = options.console
      ? await startConsole({
          url: `http://127.0.0.1:${port}`,
          endpoint: engine.endpoint,
          tables: namesOf(model),
          routeKeys,
          log,
        })
      : undefined;
    const host = { endpoint: engine.endpoint, log, ...(onlooker && { watch: onlooker.watch }) };
    const functions = functionModels.map((fn) => createFunctionPool(fn, host));
    const running = describe(engine, model, functions);
    const routes = model.routes.map((route) => toGatewayRoute(route, functions));
    const gateway = await startGateway({
      port,
      routes: onlooker ? routes.map(onlooker.observed) : routes,
      ...(model.cors && { cors: createCors(model.cors) }),
      fallbackRoutes: [introspectionRoute(running, model.routes), ...(onlooker?.routes ?? [])],
      ...(onlooker && { intercept: onlooker.intercept, losesAnswer: onlooker.losesAnswer }),
      log,
    });
    return {
      ...running,
      url: gateway.url,
      routeKeys,
      issuers: [...new Set(model.routes.flatMap(({ jwt }) => jwt?.issuer ?? []))],
      close: () => close(gateway, functions, engine, onlooker),
    };
  } catch (error) {
    await onlooker?.close();
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

function describe({ endpoint, kind }: Engine, model: StackModel, functions: FunctionPool[]): RunningStack {
  return { endpoint, engine: kind, tables: namesOf(model), functions };
}

function namesOf({ tables }: StackModel): RunningStack['tables'] {
  return Object.fromEntries(tables.map(({ logicalId, name }) => [logicalId, name]));
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

async function close(gateway: Gateway, functions: FunctionPool[], engine: Engine, onlooker?: Console): Promise<void> {
  await gateway.close();
  await Promise.all(functions.map((pool) => pool.close()));
  await onlooker?.close();
  await engine.close();
}
