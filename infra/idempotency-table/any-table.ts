import type { ITable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';

/** The classes by name: under `exactOptionalPropertyTypes` the CDK's own are not assignable to its interface. */
export type AnyTable = ITable | Table | TableV2;
