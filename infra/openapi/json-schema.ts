import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import type { OpenApiSchema } from '../../functions/idempotency/entries/openapi.ts';

/** What the functions check requests by, as JSON Schema. That text is well-formed Unicode is no matter of JSON Schema. */
export const jsonSchemaOf = (schema: v.GenericSchema): OpenApiSchema => {
  const { $schema: _, ...converted } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'output',
    ignoreActions: ['check'],
    overrideAction: ({ valibotAction, jsonSchema }) =>
      valibotAction.type === 'safe_integer' ? { ...jsonSchema, type: 'integer' } : undefined,
  });
  return converted;
};
