import * as v from 'valibot';
import type { Resource, Resources } from './cloud-assembly.ts';
import { createResolver } from './intrinsics.ts';

/** Reads the properties that `schema` names, resolved; the others may hold what has no meaning locally. */
export type ReadProperties = <Schema extends v.ObjectSchema<v.ObjectEntries, undefined>>(
  logicalId: string,
  resource: Resource,
  schema: Schema,
) => v.InferOutput<Schema>;

export function createPropertyReader(resources: Resources): ReadProperties {
  const resolve = createResolver(resources);
  return (logicalId, resource, schema) => {
    const properties = Object.fromEntries(
      Object.keys(schema.entries)
        .map((key): [string, unknown] => [key, resolve(resource.Properties[key], `${logicalId}.Properties.${key}`)])
        .filter(([, value]) => value !== undefined),
    );
    const result = v.safeParse(schema, properties);
    if (!result.success) {
      const [issue] = result.issues;
      throw new Error(`${logicalId}.Properties.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
    }
    return result.output;
  };
}
