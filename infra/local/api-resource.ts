import * as v from 'valibot';
import type { Resource } from './cloud-assembly.ts';
import type { CorsModel } from './http-api-cors.ts';
import type { ReadProperties } from './resource-reader.ts';

const texts = v.optional(v.array(v.string()), []);

const apiSchema = v.object({
  CorsConfiguration: v.optional(
    v.object({
      AllowOrigins: texts,
      AllowMethods: texts,
      AllowHeaders: texts,
      ExposeHeaders: texts,
      MaxAge: v.optional(v.number()),
      AllowCredentials: v.optional(v.boolean(), false),
    }),
  ),
});

/** What an API has configured of CORS, if anything. */
export function readCors(logicalId: string, resource: Resource, readProperties: ReadProperties): CorsModel | undefined {
  const { CorsConfiguration: cors } = readProperties(logicalId, resource, apiSchema);
  return (
    cors && {
      allowOrigins: cors.AllowOrigins,
      allowMethods: cors.AllowMethods,
      allowHeaders: cors.AllowHeaders,
      exposeHeaders: cors.ExposeHeaders,
      allowCredentials: cors.AllowCredentials,
      ...(cors.MaxAge !== undefined && { maxAgeSeconds: cors.MaxAge }),
    }
  );
}
