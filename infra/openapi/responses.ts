import {
  type OpenApiContract,
  type OpenApiOperation,
  type OpenApiSchema,
  withContract,
} from '../../functions/idempotency/entries/openapi.ts';

const schema = (name: string): OpenApiSchema => ({ $ref: `#/components/schemas/${name}` });

const problemHeaders = { Link: { $ref: '#/components/headers/Documentation' } };

export const done = (status: number, name: string, description: string) => ({
  [status]: { description, content: { 'application/json': { schema: schema(name) } } },
});

export const problem = (status: number, description: string) => ({
  [status]: {
    description,
    headers: problemHeaders,
    content: { 'application/problem+json': { schema: schema('Problem') } },
  },
});

const gatewayContent = { 'application/json': { schema: schema('GatewayMessage') } };

/** What any route may answer besides: a fault of the function, and what API Gateway answers by itself. */
export const failures = {
  413: { description: 'The body is larger than API Gateway takes.', content: gatewayContent },
  500: {
    description: 'The function has failed: the same request may be sent again.',
    headers: problemHeaders,
    content: { 'application/problem+json': { schema: schema('Problem') }, ...gatewayContent },
  },
  503: { description: 'The function has not answered in time.', content: gatewayContent },
};

export const body = (name: string) => ({
  requestBody: { required: true, content: { 'application/json': { schema: schema(name) } } },
});

export const invalid = problem(400, 'The request is invalid: each field at fault is named.');

/** An operation under its guard, in the shell that links documentation from every problem. */
export const guarded = <Operation extends OpenApiOperation>(operation: Operation, contract: OpenApiContract) => {
  const responses = Object.entries(contract.responses).map(([status, response]) => [
    status,
    { ...response, headers: { ...problemHeaders, ...response.headers } },
  ]);
  return withContract(operation, { ...contract, responses: Object.fromEntries(responses) });
};
