import type { OpenApiContract, OpenApiRefusal, OpenApiResponse } from './open-api.ts';

/** As a document has it: what it needs not know of is left as it is. */
export interface OpenApiOperation {
  parameters?: readonly unknown[];
  responses?: Readonly<Record<string, object>>;
}

/** Where an operation has an answer of the same status, it is one or the other. */
const either = (own: OpenApiResponse, refusal: OpenApiRefusal): OpenApiResponse => {
  const content = { ...own.content };
  for (const [type, { schema }] of Object.entries(refusal.content)) {
    const known = content[type];
    content[type] = known ? { ...known, schema: { anyOf: [known.schema ?? {}, schema] } } : { schema };
  }
  return {
    ...own,
    description: `${own.description ?? ''} ${refusal.description}`.trim(),
    headers: { ...own.headers, ...refusal.headers },
    content,
  };
};

/**
 * Adds to an operation of an OpenAPI document what its guard adds: parameters, headers of its answers, and refusals.
 *
 * @example
 * ```ts
 * const operation = { responses: { 201: { description: 'Paid' } } };
 * const document = { paths: { '/pay': { post: withContract(operation, idempotencyKeyContract()) } }, components: openApiComponents };
 * ```
 */
export const withContract = <Operation extends OpenApiOperation>(
  operation: Operation,
  { parameters, responses: refusals, headers, isReplayed }: OpenApiContract,
) => {
  const responses: Record<string, OpenApiResponse> = {};
  for (const [status, own] of Object.entries<OpenApiResponse>(operation.responses ?? {})) {
    responses[status] = isReplayed(status) ? { ...own, headers: { ...own.headers, ...headers } } : own;
  }
  for (const [status, refusal] of Object.entries(refusals)) {
    const own = responses[status];
    responses[status] = own ? either(own, refusal) : refusal;
  }
  return { ...operation, parameters: [...(operation.parameters ?? []), ...parameters], responses };
};
