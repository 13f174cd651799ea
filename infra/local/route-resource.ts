import * as v from 'valibot';
import type { Resource, Resources } from './cloud-assembly.ts';
import type { ReadProperties } from './resource-reader.ts';

const routeSchema = v.object({
  RouteKey: v.string(),
  // Running an authorized route without its authorizer would show something that AWS refuses.
  AuthorizationType: v.optional(v.literal('NONE')),
  Target: v.pipe(v.string(), v.startsWith('integrations/')),
});

const integrationSchema = v.object({
  IntegrationType: v.literal('AWS_PROXY'),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal('2.0'),
  TimeoutInMillis: v.optional(v.number(), 30_000),
});

export type RouteResource = { routeKey: string; integrationUri: string; integrationTimeoutMs: number };

export function readRoute(
  logicalId: string,
  resource: Resource,
  resources: Resources,
  readProperties: ReadProperties,
): RouteResource {
  const route = readProperties(logicalId, resource, routeSchema);
  const integrationId = route.Target.slice('integrations/'.length);
  const integrationResource = resources[integrationId];
  if (!integrationResource) throw new Error(`${logicalId}.Properties.Target: the template has no ${integrationId}`);
  const integration = readProperties(integrationId, integrationResource, integrationSchema);
  return {
    routeKey: route.RouteKey,
    integrationUri: integration.IntegrationUri,
    integrationTimeoutMs: integration.TimeoutInMillis,
  };
}
