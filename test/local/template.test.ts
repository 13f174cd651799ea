import { join } from 'node:path';
import { expect, test } from 'vitest';
import { account } from '../../infra/local/account.ts';
import { readAssembly } from '../../infra/local/template.ts';
import {
  byJwt,
  functionResource,
  jwtAuthorizer,
  routeResources,
  stockTable,
  temporaryDirectory,
  writeAssembly,
} from './fixture.ts';

const bundles = { 'asset.pay': '' };

function functionWith(variable: unknown) {
  return { Pay: functionResource('asset.pay', { Environment: { Variables: { VARIABLE: variable } } }) };
}

test('functions, routes and tables are read as the template defines them', () => {
  const assembly = writeAssembly(
    {
      Stock: stockTable,
      Records: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'records',
          AttributeDefinitions: [
            { AttributeName: 'id', AttributeType: 'S' },
            { AttributeName: 'at', AttributeType: 'N' },
          ],
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byTime',
              KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'KEYS_ONLY' },
              ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 },
            },
          ],
          ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
      Pay: functionResource('asset.pay', {
        Timeout: 6,
        MemorySize: 256,
        Environment: { Variables: { RECORDS: { Ref: 'Records' }, STOCK: { Ref: 'Stock' } } },
      }),
      ...routeResources('PayRoute', 'POST /payments', 'Pay', { TimeoutInMillis: 5_000 }),
    },
    bundles,
  );

  const model = readAssembly(assembly);

  expect(model.functions).toEqual([
    {
      name: 'Pay',
      directory: join(assembly, 'asset.pay'),
      handler: 'index.handler',
      timeoutMs: 6_000,
      memoryMb: 256,
      environment: { RECORDS: 'records', STOCK: 'Stock' },
    },
  ]);
  expect(model.routes).toEqual([{ routeKey: 'POST /payments', functionName: 'Pay', integrationTimeoutMs: 5_000 }]);
  expect(model.tables).toEqual([
    {
      logicalId: 'Stock',
      name: 'Stock',
      definition: {
        TableName: 'Stock',
        AttributeDefinitions: [{ AttributeName: 'sku', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
      },
    },
    {
      logicalId: 'Records',
      name: 'records',
      timeToLiveAttribute: 'expiresAt',
      definition: {
        TableName: 'records',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byTime',
            KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
            ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 },
          },
        ],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      },
    },
  ]);
});

test('CORS of the API and the authorizer of a route are read', () => {
  const authorized = { ...byJwt, AuthorizationScopes: ['pay'] };
  const model = readAssembly(
    writeAssembly(
      {
        Api: {
          Type: 'AWS::ApiGatewayV2::Api',
          Properties: { CorsConfiguration: { AllowOrigins: ['https://shop.example.com'], MaxAge: 60 } },
        },
        Jwt: jwtAuthorizer('https://idp.example.com'),
        Pay: functionResource('asset.pay'),
        ...routeResources('Route', 'GET /', 'Pay', {}, authorized),
      },
      bundles,
    ),
  );
  expect(model.cors).toEqual({
    allowOrigins: ['https://shop.example.com'],
    allowMethods: [],
    allowHeaders: [],
    exposeHeaders: [],
    maxAgeSeconds: 60,
    allowCredentials: false,
  });
  expect(model.routes[0]?.jwt).toEqual({ issuer: 'https://idp.example.com', audience: ['pay'], scopes: ['pay'] });
});

test.each([
  ['a table', { Ref: 'Stock' }, 'Stock'],
  ['the ARN of a table', { 'Fn::GetAtt': ['Stock', 'Arn'] }, 'arn:aws:dynamodb:eu-central-1:000000000000:table/Stock'],
  ['the region', { Ref: 'AWS::Region' }, 'eu-central-1'],
  ['where the API is', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, account.apiEndpoint],
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::AccountId' }]] }, 'a-000000000000'],
])('%s resolves to what it is locally', (_title, expression, value) => {
  const api = { Type: 'AWS::ApiGatewayV2::Api', Properties: {} };
  const assembly = writeAssembly({ Stock: stockTable, Api: api, ...functionWith(expression) }, bundles);
  expect(readAssembly(assembly).functions[0]?.environment).toEqual({ VARIABLE: value });
});

test.each([
  ['a resource that does not run locally', { Ref: 'Bucket' }, '{"Ref":"Bucket"} (AWS::S3::Bucket)'],
  ['an unknown resource', { Ref: 'Nothing' }, '{"Ref":"Nothing"}'],
  ['an unknown attribute', { 'Fn::GetAtt': ['Stock', 'StreamArn'] }, '{"Fn::GetAtt":["Stock","StreamArn"]}'],
  ['an unknown function', { 'Fn::ImportValue': 'x' }, '{"Fn::ImportValue":"x"}'],
])('%s is an error that names resource and path', (_title, expression, named) => {
  const resources = { Stock: stockTable, Bucket: { Type: 'AWS::S3::Bucket' }, ...functionWith(expression) };
  const message = `Pay.Properties.Environment.Variables.VARIABLE: the local run cannot resolve ${named}`;
  expect(() => readAssembly(writeAssembly(resources, bundles))).toThrow(message);
});

test('an expression that is not read needs no resolution', () => {
  const assembly = writeAssembly({ Pay: functionResource('asset.pay', { Role: { 'Fn::ImportValue': 'x' } }) }, bundles);
  expect(readAssembly(assembly).functions).toHaveLength(1);
});

test.each([
  [
    'a payload format other than 2.0',
    { Pay: functionResource('asset.pay'), ...routeResources('R', 'GET /', 'Pay', { PayloadFormatVersion: '1.0' }) },
    'RIntegration.Properties.PayloadFormatVersion',
  ],
  [
    'an integration with something that is no function',
    { Pay: functionResource('asset.pay'), ...routeResources('R', 'GET /', 'Pay', { IntegrationUri: 'arn:aws:sqs' }) },
    'R.Properties.Target: arn:aws:sqs is no function of this template',
  ],
  [
    'a runtime other than Node.js',
    { Pay: functionResource('asset.pay', { Runtime: 'python3.14' }) },
    'Pay.Properties.Runtime',
  ],
  [
    'an authorizer of another kind',
    {
      Auth: { Type: 'AWS::ApiGatewayV2::Authorizer', Properties: { AuthorizerType: 'REQUEST' } },
      Pay: functionResource('asset.pay'),
      ...routeResources('R', 'GET /', 'Pay', {}, { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Auth' } }),
    },
    'Auth.Properties.AuthorizerType',
  ],
  [
    'a route that wants a signature',
    {
      Pay: functionResource('asset.pay'),
      ...routeResources('R', 'GET /', 'Pay', {}, { AuthorizationType: 'AWS_IAM' }),
    },
    'R.Properties.AuthorizationType',
  ],
  ['an asset that was not synthesized', { Pay: functionResource('asset.gone') }, 'asset.gone does not exist'],
])('%s is an error', (_title, resources, message) => {
  expect(() => readAssembly(writeAssembly(resources, bundles))).toThrow(message);
});

test('a folder without an assembly is an error that says how to get one', () => {
  expect(() => readAssembly(temporaryDirectory())).toThrow('run "npm run synth" first');
});
