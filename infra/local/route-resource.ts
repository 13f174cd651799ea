import * as v from 'valibot';
import type { Resource, Resources } from './cloud-assembly.ts';
import type { JwtAuthorizerModel } from './jwt-authorizer.ts';
import type { ReadProperties } from './resource-reader.ts';

const routeSchema = v.object({
  RouteKey: v.string(),
  // Running a route without its authorizer would show something that AWS refuses.
  AuthorizationType: v.optional(v.picklist(['NONE', 'JWT']), 'NONE'),
  AuthorizationScopes: v.optional(v.array(v.string()), []),
  AuthorizerId: v.optional(v.string()),
  Target: v.pipe(v.string(), v.startsWith('integrations/')),
});

const integrationSchema = v.object({
  IntegrationType: v.literal('AWS_PROXY'),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal('2.0'),
  TimeoutInMillis: v.optional(v.number(), 30_000),
});

const authorizerSchema = v.object({
  AuthorizerType: v.literal('JWT'),
  IdentitySource: v.tuple([v.literal('$request.header.Authorization')]),
  JwtConfiguration: v.object({ Issuer: v.string(), Audience: v.array(v.string()) }),
});

export type RouteResource = {
  routeKey: string;
  integrationUri: string;
  integrationTimeoutMs: number;
  jwt?: JwtAuthorizerModel & { scopes: string[] };
};

export function readRoute(
  logicalId: string,
  resource: Resource,
  resources: Resources,
  readProperties: ReadProperties,
): RouteResource {
  const route = readProperties(logicalId, resource, routeSchema);
  const readPart = <Schema extends Parameters<ReadProperties>[2]>(property: string, id: string, schema: Schema) => {
    const part = resources[id];
    if (!part) throw new Error(`${logicalId}.Properties.${property}: the template has no ${id}`);
    return readProperties(id, part, schema);
  };
  const integration = readPart('Target', route.Target.slice('integrations/'.length), integrationSchema);
  const authorizer =
    route.AuthorizationType === 'JWT' && readPart('AuthorizerId', route.AuthorizerId ?? '', authorizerSchema);
  return {
    routeKey: route.RouteKey,
    integrationUri: integration.IntegrationUri,
    integrationTimeoutMs: integration.TimeoutInMillis,
    ...(authorizer && {
      jwt: {
        issuer: authorizer.JwtConfiguration.Issuer,
        audience: authorizer.JwtConfiguration.Audience,
        scopes: route.AuthorizationScopes,
      },
    }),
  };
}
