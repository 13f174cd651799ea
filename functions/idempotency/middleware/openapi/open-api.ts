/** A schema of OpenAPI 3.1: JSON Schema 2020-12. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

export interface OpenApiReference {
  $ref: string;
}

export interface OpenApiParameter {
  name: string;
  in: 'header' | 'query';
  required: boolean;
  description: string;
  schema: OpenApiSchema;
}

export interface OpenApiHeader {
  description: string;
  schema: OpenApiSchema;
}

export interface OpenApiResponse {
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema?: OpenApiSchema }>;
}

export interface OpenApiRefusal extends OpenApiResponse {
  description: string;
  content: Record<string, { schema: OpenApiSchema }>;
}

/** What a guard adds to an operation of a document. */
export interface OpenApiContract {
  /** How the request names the operation. */
  parameters: OpenApiParameter[];
  /** The refusals, by status. */
  responses: Record<string, OpenApiRefusal>;
  /** Headers that the operation's own answers may have in addition. */
  headers: Record<string, OpenApiReference>;
  /** Whether an answer with this status may be a replay. */
  isReplayed(status: string): boolean;
}
