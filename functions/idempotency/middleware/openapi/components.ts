import { statusCodes } from '../../base/error.ts';
import { instancePrefix } from '../../request/http/problem.ts';
import { problemType } from '../../request/http/refusal.ts';
import type { OpenApiHeader, OpenApiReference, OpenApiSchema } from './open-api.ts';

const seconds = { type: 'integer', minimum: 0 };

/** The components that the contracts refer to: merge them into the `components` of a document. */
export const openApiComponents = {
  schemas: {
    IdempotencyProblem: {
      description: 'Why a request was refused: problem details of RFC 9457.',
      type: 'object',
      required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
      properties: {
        type: { type: 'string', pattern: `^${problemType}[a-z-]+$` },
        title: { type: 'string' },
        status: { type: 'integer', enum: [...new Set(Object.values(statusCodes))] },
        detail: { type: 'string' },
        instance: {
          type: 'string',
          pattern: `^${instancePrefix}`,
          description: 'The record, to be quoted to support.',
        },
        code: { type: 'string', enum: Object.keys(statusCodes) },
        retryable: { type: 'boolean', description: 'Whether the very same request may succeed when it is sent again.' },
      },
    },
  },
  headers: {
    IdempotentReplayed: {
      description: 'The answer is that of an earlier request with the same key.',
      schema: { type: 'string', const: 'true' },
    },
    IdempotentRedacted: {
      description: 'The answer is a repeat’s, without what only the first caller gets.',
      schema: { type: 'string', const: 'true' },
    },
    IdempotencyKeyMaxAge: {
      description: 'For how many seconds from now the key is remembered. After that it must not be sent again.',
      schema: seconds,
    },
    IdempotencyRetryAfter: {
      description: 'After how many seconds the same request is worth sending again.',
      schema: { ...seconds, minimum: 1 },
    },
  },
} as const satisfies {
  schemas: Record<string, OpenApiSchema>;
  headers: Record<string, OpenApiHeader>;
};

export const headerRef = (name: keyof typeof openApiComponents.headers): OpenApiReference => ({
  $ref: `#/components/headers/${name}`,
});

export const problemRef: OpenApiReference = { $ref: '#/components/schemas/IdempotencyProblem' };
