import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { synthesize } from './synthesize.ts';

export function synthesizeWith(define: (stack: Stack) => void): Template {
  return synthesize((app) => {
    const stack = new Stack(app, 'Test');
    define(stack);
    return stack;
  });
}

// With a role of its own, and so without the CDK's managed policy for logs: every permission in the template comes from attach.
export function createFunction(
  scope: Construct,
  id: string,
  environment: Record<string, string> = {},
  props: Partial<FunctionProps> = {},
): LambdaFunction {
  return new LambdaFunction(scope, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('export const handler = () => {};'),
    role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    environment,
    ...props,
  });
}
