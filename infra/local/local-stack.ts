import { account } from './account.ts';
import { claimDirectory } from './claim-directory.ts';
import { type Console, startConsole } from './console/console.ts';
import { type Engine, startEngine } from './engine.ts';
import type { EngineKind } from './engine-command.ts';
import { overrideEnvironment } from './environment-overrides.ts';
import { createFunctionPool, type FunctionPool } from './function-pool.ts';
import { type GatewayRoute, serveGateway } from './gateway.ts';
import { createCors } from './http-api-cors.ts';
import { introspectionRoute, type RunningStack } from './introspection.ts';
import { createJwtAuthorizer } from './jwt-authorizer.ts';
import { type LoopbackServer, openLoopbackServer, PortInUseError } from './loopback-server.ts';
import type { FunctionModel, RouteModel, StackModel } from './model.ts';
import { seedStock } from './seed.ts';
import { createTables } from './tables.ts';
import { readAssembly } from './template.ts';

export type LocalStackOptions = {
  /** The folder that `cdk synth` wrote. */
  assembly: string;
  /** 0 takes a free one. */
  port: number;
  /** Takes a free port where that one is in use. */
  anyPort?: boolean;
  /** The folder of the data that a later stack finds again; without it they are gone with this one. */
  keepIn?: string;
  /** @default the best that this machine can run */
  engine?: EngineKind;
  /** Replaces values of variables that the template defines. */
  environment?: Record<string, string>;
  /** What stands between the functions and the engine: it is given the engine's address, and gives its own. */
  proxy?: (endpoint: string) => Promise<string>;
  /** Serves the console at `/_console`. @default false */
  console?: boolean;
  /** Of the Redis that has the records, for the console. */
  redisPort?: number;
  log?: (line: string) => void;
};

export type LocalStack = RunningStack & {
  url: string;
  routeKeys: string[];
  /** Whose tokens the routes want, if they want any. */
  issuers: string[];
  /** Why it can't go on, once it can't. */
  lost: Promise<string>;
  close(): Promise<void>;
};

/** Runs a synthesized stack on this machine: its tables, its functions, its HTTP API. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { assembly, environment = {}, keepIn, log = () => {} } = options;
  const model = readAssembly(assembly);
  const functionModels = overrideEnvironment(model.functions, environment);
  /** What to close in the end, or as soon as anything fails: the last one first. */
  const opened: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each();
  };

  try {
    if (keepIn) opened.push(await claimDirectory(keepIn));
    const engine = await startEngine(options.engine, { directory: keepIn, log });
    opened.push(engine.close);
    await createTables(engine.endpoint, model.tables);
    await seedStock(engine.endpoint, model.tables);
    const endpoint = (await options.proxy?.(engine.endpoint)) ?? engine.endpoint;
    let functions: FunctionPool[] = [];
    let onlooker: Console | undefined;
    // The server stops first, and then what it asks.
    opened.push(
      async () => onlooker?.close(),
      () => Promise.all(functions.map((pool) => pool.close())),
    );
    // Functions are told where the API is before it serves.
    const server = await openServer(options);
    opened.push(server.close);
    const tables = namesOf(model);
    const routeKeys = model.routes.map(({ routeKey }) => routeKey);
    onlooker = options.console
      ? await startConsole({ url: server.url, endpoint, redisPort: options.redisPort, tables, routeKeys, log })
      : undefined;
    const host = { endpoint, log, ...(onlooker && { watch: onlooker.watch }) };
    functions = functionModels.map((fn) => createFunctionPool(withApiAt(server.url, fn), host));
    const running = describe(engine, model, functions);
    const routes = model.routes.map((route) => toGatewayRoute(route, functions));
    serveGateway(server, {
      routes: onlooker ? routes.map(onlooker.observed) : routes,
      ...(model.cors && { cors: createCors(model.cors) }),
      fallbackRoutes: [introspectionRoute(running, model.routes), ...(onlooker?.routes ?? [])],
      ...(onlooker && { intercept: onlooker.intercept, losesAnswer: onlooker.losesAnswer }),
      log,
    });
    return {
      ...running,
      url: server.url,
      routeKeys,
      issuers: [...new Set(model.routes.flatMap(({ jwt }) => jwt?.issuer ?? []))],
      lost: engine.lost,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openServer({ port, anyPort = false, log = () => {} }: LocalStackOptions): Promise<LoopbackServer> {
  try {
    return await openLoopbackServer(port);
  } catch (error) {
    if (!anyPort || !(error instanceof PortInUseError)) throw error;
    log(`note: port ${port} is in use, so this run listens on another one`);
    return openLoopbackServer(0);
  }
}

function withApiAt(url: string, fn: FunctionModel): FunctionModel {
  const environment = Object.entries(fn.environment).map(([name, value]) => [
    name,
    value.replace(account.apiEndpoint, url),
  ]);
  return { ...fn, environment: Object.fromEntries(environment) };
}

function describe(engine: Engine, model: StackModel, functions: FunctionPool[]): RunningStack {
  return {
    endpoint: engine.endpoint,
    engine: engine.kind,
    enginePid: () => engine.pid,
    tables: namesOf(model),
    functions,
  };
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
