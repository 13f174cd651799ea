import { Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import { type PaymentApiProps, PaymentApiStack } from '../../infra/stack.ts';
import { synthesize } from './synthesize.ts';

const jwt = { issuer: 'https://idp.example.com', audience: ['pay'] };

test.each<[string, PaymentApiProps]>([
  ['as it is', {}],
  ['with origins and an authorizer', { allowedOrigins: ['https://shop.example.com'], jwt }],
])('the stack %s passes cdk-nag: each finding is fixed, or acknowledged with its reason', (_which, props) => {
  synthesize((app) => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    return new PaymentApiStack(app, 'PaymentApi', props);
  });
});

test('a finding that is not acknowledged fails the synthesis', () => {
  const synthesizeUnbackedTable = () =>
    synthesize((app) => {
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
      const stack = new Stack(app, 'Test');
      new Table(stack, 'Unbacked', { partitionKey: { name: 'id', type: AttributeType.STRING } });
      return stack;
    });

  expect(synthesizeUnbackedTable).toThrow('AwsSolutions-DDB3');
});
