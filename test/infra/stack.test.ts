import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { PaymentApiStack } from '../../infra/stack.ts';
import { constructId, permissions } from './permissions.ts';
import { synthesize } from './synthesize.ts';

const template = synthesize((app) => new PaymentApiStack(app, 'PaymentApi'));
const functions = byConstructId('AWS::Lambda::Function');

describe('tables', () => {
  const tables = byConstructId('AWS::DynamoDB::Table');

  test('are the four of the business and the one for idempotency records', () => {
    expect(Object.keys(tables).sort()).toEqual(['Checkouts', 'IdempotencyTable', 'Orders', 'Payments', 'Stock']);
  });

  test.for([
    ['Orders', 'orderId'],
    ['Payments', 'paymentId'],
    ['Stock', 'sku'],
    ['Checkouts', 'checkoutId'],
    ['IdempotencyTable', 'id'],
  ] as const)('%s is on demand, has the one key %s and goes with the stack', ([id, key]) => {
    expect(tables[id]).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    });
  });

  test('only idempotency records expire', () => {
    const expiring = Object.entries(tables).map(([id, { Properties }]) => [id, Properties.TimeToLiveSpecification]);

    expect(Object.fromEntries(expiring)).toEqual({
      Checkouts: undefined,
      IdempotencyTable: { AttributeName: 'expiresAt', Enabled: true },
      Orders: undefined,
      Payments: undefined,
      Stock: undefined,
    });
  });
});

describe('API', () => {
  test('sends each route to its function, which it may invoke', () => {
    const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => {
      const [, { Ref: integration }] = Properties.Target['Fn::Join'][1];
      const uri = integrations[integration]?.['Properties'].IntegrationUri['Fn::GetAtt'];
      return [Properties.RouteKey, constructId(uri[0])];
    });

    expect(Object.fromEntries(routes)).toEqual({
      'GET /token/getkey': 'TokenGetkey',
      'GET /token/pay': 'TokenPay',
      'POST /token/pay': 'TokenPay',
      'POST /payments': 'PaymentsCreate',
      'POST /orders/{orderId}/payments': 'PaymentsCreateForOrder',
      'GET /payments/{paymentId}': 'PaymentsGet',
      'POST /orders': 'OrdersCreate',
      'GET /orders/{orderId}': 'OrdersGet',
      'POST /checkouts': 'CheckoutsCreate',
    });
    template.resourcePropertiesCountIs('AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' }, 9);
  });

  test('lets nobody else’s pages read answers, and wants no token, unless it is told to', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    template.allResourcesProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'NONE' });
  });

  test('speaks payload format 2.0', () => {
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
  });

  test('deploys itself, throttled and with an access log, and tells its URL', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      AccessLogSettings: { Format: Match.serializedJson(Match.objectLike({ requestId: '$context.requestId' })) },
    });
    template.hasOutput('ApiUrl', {});
  });
});

describe('functions', () => {
  test('have the variables that their handlers read', () => {
    const common = { NODE_OPTIONS: '--enable-source-maps' };
    const payments = { ...common, PAYMENTS_TABLE: 'Payments' };
    const idempotency = { ...common, IDEMPOTENCY_TABLE: 'IdempotencyTable' };
    const pay = { ...idempotency, ...payments, PROVIDER_LATENCY_MS: '100' };
    const environments = Object.entries(functions).map(([id, { Properties }]) => {
      const variables: Record<string, string | { Ref: string } | { 'Fn::GetAtt': [string, string] }> =
        Properties.Environment.Variables;
      const readable = Object.entries(variables).map(([name, value]) => {
        if (typeof value === 'string') return [name, value];
        if ('Ref' in value) return [name, constructId(value.Ref)];
        const [logicalId, attribute] = value['Fn::GetAtt'];
        return [name, `${constructId(logicalId)}.${attribute}`];
      });
      return [id, Object.fromEntries(readable)];
    });

    expect(Object.fromEntries(environments)).toEqual({
      TokenGetkey: idempotency,
      TokenPay: pay,
      PaymentsCreate: pay,
      PaymentsCreateForOrder: pay,
      PaymentsGet: payments,
      OrdersCreate: { ...idempotency, ORDERS_TABLE: 'Orders', STOCK_TABLE: 'Stock' },
      OrdersGet: { ...common, ORDERS_TABLE: 'Orders' },
      CheckoutsCreate: { ...idempotency, CHECKOUTS_TABLE: 'Checkouts', PAYMENTS_URL: 'Api.ApiEndpoint' },
    });
  });

  test.for(Object.keys(functions))('%s runs on Node 24 and arm64, within 6 s, and logs JSON', (id) => {
    expect(functions[id]?.['Properties']).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 6,
      MemorySize: 256,
      LoggingConfig: { LogFormat: 'JSON' },
    });
    expect(functions[id]?.['Properties']).not.toHaveProperty('TracingConfig');
  });

  test('keep their logs for a week, and not beyond the stack', () => {
    template.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete',
      Properties: { RetentionInDays: 7 },
    });
    template.resourceCountIs('AWS::Logs::LogGroup', Object.keys(functions).length + 1);
  });

  test('may do exactly what their handlers do', () => {
    const write = ['logs:CreateLogStream', 'logs:PutLogEvents'];

    expect(permissions(template)).toEqual({
      TokenGetkey: { TokenGetkeyLogs: write, IdempotencyTable: ['dynamodb:PutItem'] },
      TokenPay: {
        TokenPayLogs: write,
        IdempotencyTable: ['dynamodb:DeleteItem'],
        Payments: ['dynamodb:PutItem'],
      },
      PaymentsCreate: {
        PaymentsCreateLogs: write,
        IdempotencyTable: ['dynamodb:UpdateItem'],
        Payments: ['dynamodb:PutItem'],
      },
      PaymentsCreateForOrder: {
        PaymentsCreateForOrderLogs: write,
        IdempotencyTable: ['dynamodb:UpdateItem'],
        Payments: ['dynamodb:PutItem'],
      },
      PaymentsGet: { PaymentsGetLogs: write, Payments: ['dynamodb:GetItem'] },
      OrdersCreate: {
        OrdersCreateLogs: write,
        IdempotencyTable: ['dynamodb:PutItem'],
        Orders: ['dynamodb:PutItem'],
        Stock: ['dynamodb:UpdateItem'],
      },
      OrdersGet: { OrdersGetLogs: write, Orders: ['dynamodb:GetItem'] },
      CheckoutsCreate: {
        CheckoutsCreateLogs: write,
        IdempotencyTable: ['dynamodb:UpdateItem'],
        Checkouts: ['dynamodb:UpdateItem'],
      },
    });
  });

  test('get no permissions from managed or inline policies, one role each', () => {
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
    });
    template.resourceCountIs('AWS::IAM::Role', Object.keys(functions).length);
  });
});

test('every function that protects something counts, and is on the dashboard and in each alarm', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  expect(alarms).toHaveLength(5);
  for (const name of ['TokenPay', 'PaymentsCreate', 'PaymentsCreateForOrder', 'OrdersCreate']) {
    const [logicalId = ''] = Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) =>
      new RegExp(`^${name}[0-9A-F]{8}$`).test(id),
    );
    expect(JSON.stringify(dashboard)).toContain(`{"Ref":"${logicalId}"}`);
    expect(alarms.filter((alarm) => JSON.stringify(alarm).includes(`{"Ref":"${logicalId}"}`))).toHaveLength(4);
  }
});

describe('with the origins of pages', () => {
  const origins = ['https://shop.example.com', 'https://admin.example.com'];
  const crossOrigin = synthesize((app) => new PaymentApiStack(app, 'PaymentApi', { allowedOrigins: origins }));

  test('the API answers their preflights, and lets them read what callers need', () => {
    crossOrigin.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: origins,
        AllowMethods: ['GET', 'POST'],
        AllowHeaders: ['content-type', 'idempotency-key', 'token', 'authorization'],
        ExposeHeaders: ['idempotency-key-max-age', 'idempotent-replayed', 'retry-after'],
        AllowCredentials: Match.absent(),
      },
    });
  });

  test('each function knows them', () => {
    crossOrigin.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ALLOWED_ORIGINS: origins.join(',') } },
    });
  });
});

describe('with an issuer of tokens', () => {
  const jwt = { issuer: 'https://idp.example.com', audience: ['pay'] };
  const authorized = synthesize((app) => new PaymentApiStack(app, 'PaymentApi', { jwt }));

  test('every route wants one', () => {
    authorized.allResourcesProperties('AWS::ApiGatewayV2::Route', {
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: Match.anyValue() },
    });
    authorized.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: jwt.issuer, Audience: jwt.audience },
    });
  });
});

function byConstructId(type: string) {
  const resources = Object.entries(template.findResources(type));
  return Object.fromEntries(resources.map(([logicalId, resource]) => [constructId(logicalId), resource]));
}
