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

/** What an operation of a document has besides its own, once it is guarded. */
export interface OpenApiContract {
  /** How the request names the operation. */
  parameters: OpenApiParameter[];
  /** By status: what is refused, and how. */
  responses: Record<string, OpenApiRefusal>;
  /** Of the operation's own answers: what they may have besides, by header. */
  headers: Record<string, OpenApiReference>;
  /** Whether an answer of this status may be a repeat's. */
  isReplayed(status: string): boolean;
}
