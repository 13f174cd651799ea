import type { Alias, IFunction, Version } from 'aws-cdk-lib/aws-lambda';

/** The classes by name: under `exactOptionalPropertyTypes` the CDK's own are not assignable to its interface. */
export type AnyFunction = IFunction | Alias | Version;
