import type { Context } from 'aws-lambda';
import { asObject, type Fields, field, isObject, textOf } from '../../base/fields.ts';
import { checkOptions, isNonEmptyString } from '../../base/options.ts';
import { registerSource } from '../key/key.ts';
import { optionsUnlessContext } from '../options-or-context.ts';
import { isAppSync, isAppSyncBatch } from '../sources/app-sync.ts';
import { addressedPath } from './addressed-path.ts';
import { textField } from './event-fields.ts';
import { headerValues } from './header-values.ts';
import { isLattice, latticePath } from './request.ts';

const ofContext = 'event.requestContext';

/** Where the event names no host: only in events that somebody made up for a test. */
const noHost = '*';

/** What a caller addressed: the method, the host, the path's template, and the named stage where the path doesn't begin with it. */
export type Route = readonly [method: string, host: string, path: string, stage?: string];

export interface RouteOptions {
  /** The host to use for all requests: for Regions or load balancers that are called by different names. */
  host?: string;
}

const routeRules = { host: isNonEmptyString };

/**
 * The route that a request was sent to; `undefined` if the event is not a request. It is the same in two Regions behind one name.
 *
 * @throws {TypeError} when an option is unknown or wrong
 *
 * @example
 * ```ts
 * idempotencyKey({ scope: (event) => [principalOf(event), routeOf(event, { host: 'shop.example.com' })] });
 * ```
 */
export const routeOf = (event: unknown, given: RouteOptions | Context = {}): Route | undefined => {
  const options = optionsUnlessContext(given);
  checkOptions('routeOf', options, routeRules);
  const { host } = options;
  if (isAppSyncBatch(event)) return routeOf(event[0], { ...(host !== undefined && { host }) });
  if (!isObject(event)) return undefined;
  const called = calledOf(event);
  if (called === undefined) return undefined;
  const [method, ...where] = called;
  return [method.toUpperCase(), withoutPort(host ?? hostOf(event)), ...where];
};

registerSource(routeOf, 'the route', ({ event }) => routeOf(event));

type Called = [method: string, path: string, stage?: string];

const calledOf = (event: Fields): Called | undefined => {
  const context = asObject(event['requestContext']);
  if (isAppSync(event)) {
    const info = asObject(event['info'] ?? event);
    const channel = textOf(field(info['channel'], 'path'));
    if (channel !== undefined) return [textOf(info['operation']) ?? '', channel];
    return ['GraphQL', `${textOf(info['parentTypeName']) ?? textOf(info['typeName'])}.${textOf(info['fieldName'])}`];
  }
  if (isLattice(event)) return [String(event['method']), latticePath(event)];
  if (typeof event['rawPath'] === 'string') return calledInFormat2(event, context);
  if (textOf(event['httpMethod']) && textOf(event['path'])) return [String(event['httpMethod']), addressedPath(event)];
  return textOf(context['connectionId'])
    ? ['WebSocket', textField(context, 'routeKey', ofContext) ?? '', ...stageOf(context)]
    : undefined;
};

const calledInFormat2 = (event: Fields, context: Fields): Called => {
  const [ofRoute = '', template] = (
    textField(context, 'routeKey', ofContext) ??
    textField(event, 'routeKey') ??
    ''
  ).split(' ');
  const method = textField(context['http'], 'method', `${ofContext}.http`) ?? ofRoute;
  const stage = stageOf(context);
  return [method, template ?? withoutStage(String(event['rawPath']), stage), ...stage];
};

/** Apart from the path: on a custom domain name, the stage `$default` can have a path that begins like another stage's name. */
const stageOf = (context: Fields): [stage?: string] => {
  const stage = textField(context, 'stage', ofContext);
  return stage !== undefined && stage !== '$default' ? [stage] : [];
};

/** Templates don't begin with the stage, but paths do. */
const withoutStage = (path: string, [stage]: [stage?: string]): string =>
  stage !== undefined && path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;

/** Whether a name is that of many APIs: of a VPC endpoint, which leads to all private ones, or what API Gateway's console writes in a test. */
const isOfMany = (host: string): boolean => /\.vpce\.|^testprefix\.testdomainname$/i.test(host);

/** The ids that AWS made up stand in only where there is no name of this API's own. */
const hostOf = (event: Fields): string => {
  const context = asObject(event['requestContext']);
  const [domainName, apiId, stage, serviceArn] = ['domainName', 'apiId', 'stage', 'serviceArn'].map((name) =>
    textField(context, name, ofContext),
  );
  const header = (name: string) => headerValues(isAppSync(event) ? event['request'] : event, name)[0];
  const names = [
    domainName,
    textField(event['request'], 'domainName', 'event.request'),
    ...(apiId ? [] : [header('host'), header('x-appsync-domain')]),
  ];
  const named = names.find((name) => name && !isOfMany(name));
  const targetGroup = textField(context['elb'], 'targetGroupArn', `${ofContext}.elb`);
  const id = targetGroup ?? serviceArn ?? [apiId, stage].filter(Boolean).join('/');
  return named ?? (id || noHost);
};

const withoutPort = (host: string): string =>
  host.startsWith('arn:') ? host : host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
