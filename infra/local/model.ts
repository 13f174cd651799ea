import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { CorsModel } from './http-api-cors.ts';
import type { JwtAuthorizerModel } from './jwt-authorizer.ts';

export type TableModel = {
  logicalId: string;
  name: string;
  definition: CreateTableCommandInput;
  timeToLiveAttribute?: string;
};

export type FunctionModel = {
  name: string;
  /** Absolute path of the bundled asset. */
  directory: string;
  handler: string;
  timeoutMs: number;
  memoryMb: number;
  environment: Record<string, string>;
};

export type RouteModel = {
  /** As API Gateway writes it: `POST /orders/{orderId}`, `ANY /{proxy+}` or `$default`. */
  routeKey: string;
  functionName: string;
  integrationTimeoutMs: number;
  /** Whose tokens it wants, and which of the scopes. */
  jwt?: JwtAuthorizerModel & { scopes: string[] };
};

/** The part of a synthesized stack that runs locally. */
export type StackModel = {
  tables: TableModel[];
  functions: FunctionModel[];
  routes: RouteModel[];
  cors?: CorsModel;
};
