import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { IdempotencyTable } from './idempotency-table.ts';

/** The example: an HTTP API for orders and payments whose calls are safe to repeat. */
export class PaymentApiStack extends Stack {
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.api = this.createApi();

    const orders = this.createTable('Orders', 'orderId');
    const payments = this.createTable('Payments', 'paymentId');
    const stock = this.createTable('Stock', 'sku');
    const idempotency = new IdempotencyTable(this, 'Idempotency', { removalPolicy: RemovalPolicy.DESTROY });
    Validations.of(idempotency).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'Records are short-lived; a restored backup would bring back tokens that are used and claims that are done.',
    });

    const ordersTable = { ORDERS_TABLE: orders.tableName };
    const paymentsTable = { PAYMENTS_TABLE: payments.tableName };
    // The latency stands in for a payment provider.
    const pay = { ...paymentsTable, PROVIDER_LATENCY_MS: '100' };

    const tokenGetkey = this.createFunction('TokenGetkey', 'token/getkey.ts');
    this.route('/token/getkey', [HttpMethod.GET], tokenGetkey);
    idempotency.attach(tokenGetkey, 'issueToken');

    const tokenPay = this.createFunction('TokenPay', 'token/pay.ts', pay);
    this.route('/token/pay', [HttpMethod.GET, HttpMethod.POST], tokenPay);
    idempotency.attach(tokenPay, 'singleUseToken');
    payments.grant(tokenPay, 'dynamodb:PutItem');

    const paymentsCreate = this.createFunction('PaymentsCreate', 'payments/create.ts', pay);
    this.route('/payments', [HttpMethod.POST], paymentsCreate);
    idempotency.attach(paymentsCreate, 'idempotencyKey');
    payments.grant(paymentsCreate, 'dynamodb:PutItem');

    const paymentsCreateForOrder = this.createFunction('PaymentsCreateForOrder', 'payments/create-for-order.ts', pay);
    this.route('/orders/{orderId}/payments', [HttpMethod.POST], paymentsCreateForOrder);
    idempotency.attach(paymentsCreateForOrder, 'idempotencyKey');
    payments.grant(paymentsCreateForOrder, 'dynamodb:PutItem');

    const paymentsGet = this.createFunction('PaymentsGet', 'payments/get.ts', paymentsTable);
    this.route('/payments/{paymentId}', [HttpMethod.GET], paymentsGet);
    payments.grant(paymentsGet, 'dynamodb:GetItem');

    const ordersCreate = this.createFunction('OrdersCreate', 'orders/create.ts', {
      ...ordersTable,
      STOCK_TABLE: stock.tableName,
    });
    this.route('/orders', [HttpMethod.POST], ordersCreate);
    idempotency.attach(ordersCreate, 'uniqueIndex');
    orders.grant(ordersCreate, 'dynamodb:PutItem');
    stock.grant(ordersCreate, 'dynamodb:UpdateItem');

    const ordersGet = this.createFunction('OrdersGet', 'orders/get.ts', ordersTable);
    this.route('/orders/{orderId}', [HttpMethod.GET], ordersGet);
    orders.grant(ordersGet, 'dynamodb:GetItem');
  }

  private createApi(): HttpApi {
    const api = new HttpApi(this, 'Api', { createDefaultStage: false });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'An example of internal endpoints, with no identity provider to authorize against: add yours before real use.',
    });
    const accessLog = {
      requestId: AccessLogField.contextRequestId(),
      routeKey: AccessLogField.contextRouteKey(),
      status: AccessLogField.contextStatus(),
      responseLatencyMs: AccessLogField.contextResponseLatency(),
      integrationError: AccessLogField.contextIntegrationErrorMessage(),
    };
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.createLogGroup('AccessLogs')),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    new CfnOutput(this, 'ApiUrl', { value: stage.url });
    return api;
  }

  private createTable(id: string, partitionKey: string): Table {
    return new Table(this, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private createLogGroup(id: string): LogGroup {
    return new LogGroup(this, id, { retention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
  }

  private createFunction(id: string, entry: string, environment: Record<string, string> = {}): NodejsFunction {
    const logGroup = this.createLogGroup(`${id}Logs`);
    // The role that the CDK would create may write to every log group of the account.
    const role = new Role(this, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const fn = new NodejsFunction(this, id, {
      entry: join(import.meta.dirname, '../functions', entry),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(6),
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        // The default prefers the SDK's CommonJS files, which esbuild can't tree-shake.
        mainFields: ['module', 'main'],
        externalModules: [],
        minify: true,
        sourceMap: true,
        sourcesContent: false,
        logLevel: LogLevel.WARNING,
      },
    });
    Validations.of(fn).acknowledge(
      {
        id: 'Serverless-LambdaDLQ',
        reason: 'Invoked synchronously only: a failure goes to the caller, not to a queue.',
      },
      {
        id: 'Serverless-LambdaTracing',
        reason: 'X-Ray needs permissions on all resources; nothing here calls on to trace.',
      },
    );
    return fn;
  }

  private route(path: string, methods: HttpMethod[], fn: NodejsFunction): void {
    this.api.addRoutes({ path, methods, integration: new HttpLambdaIntegration(`${fn.node.id}Integration`, fn) });
  }
}
