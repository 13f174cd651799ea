import { join } from 'node:path';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccessLogField, AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  type HttpApiProps,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { IdempotencyMonitoring } from './idempotency-monitoring.ts';
import { IdempotencyTable } from './idempotency-table.ts';

export interface PaymentApiProps extends StackProps {
  /**
   * Origins whose pages may read the answers, like `https://shop.example.com`.
   * @default none
   */
  allowedOrigins?: readonly string[];
  /**
   * Who issues the tokens that callers must send, and for whom. A caller's keys are then their own.
   * @default anybody may call
   */
  jwt?: { issuer: string; audience: readonly string[] };
  /**
   * Where a Redis is that keeps the records of keys and tokens. Functions that are deployed get to it from its VPC only: docs/redis.md.
   * @default they are kept in DynamoDB
   */
  redisUrl?: string;
}

const requireInModule = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The example: an HTTP API for orders and payments whose calls are safe to repeat. */
export class PaymentApiStack extends Stack {
  private readonly api: HttpApi;
  private readonly allowedOrigins: readonly string[];
  private readonly redisUrl: string | undefined;

  constructor(scope: Construct, id: string, props: PaymentApiProps = {}) {
    const { allowedOrigins = [], jwt, redisUrl, ...stackProps } = props;
    super(scope, id, stackProps);
    this.allowedOrigins = allowedOrigins;
    this.redisUrl = redisUrl;
    this.api = this.createApi(jwt);

    const orders = this.createTable('Orders', 'orderId');
    const payments = this.createTable('Payments', 'paymentId');
    const stock = this.createTable('Stock', 'sku');
    const checkouts = this.createTable('Checkouts', 'checkoutId');
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

    // The other system: it pays over HTTP, like anybody.
    const checkoutsCreate = this.createFunction('CheckoutsCreate', 'checkouts/create.ts', {
      CHECKOUTS_TABLE: checkouts.tableName,
      PAYMENTS_URL: this.api.apiEndpoint,
    });
    this.route('/checkouts', [HttpMethod.POST], checkoutsCreate);
    idempotency.attach(checkoutsCreate, 'idempotencyKey');
    checkouts.grant(checkoutsCreate, 'dynamodb:UpdateItem');

    new IdempotencyMonitoring(this, 'Monitoring', {
      functions: [tokenPay, paymentsCreate, paymentsCreateForOrder, ordersCreate, checkoutsCreate],
      table: idempotency.table,
    });
  }

  private createApi(jwt: PaymentApiProps['jwt']): HttpApi {
    const api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      ...this.cors(),
      ...(jwt && {
        defaultAuthorizer: new HttpJwtAuthorizer('Jwt', jwt.issuer, { jwtAudience: [...jwt.audience] }),
      }),
    });
    if (!jwt) {
      Validations.of(api).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'An example has no identity provider to authorize against: name yours by `jwt` before real use.',
      });
    }
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

  /** For preflights, and for what is answered before any function is called: 401, 404, 429. */
  private cors(): HttpApiProps {
    if (this.allowedOrigins.length === 0) return {};
    return {
      corsPreflight: {
        allowOrigins: [...this.allowedOrigins],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
        allowHeaders: ['content-type', 'idempotency-key', 'token', 'authorization'],
        exposeHeaders: ['idempotency-key-max-age', 'idempotent-replayed', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    };
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
      environment: {
        NODE_OPTIONS: '--enable-source-maps',
        ...(this.allowedOrigins.length > 0 && { ALLOWED_ORIGINS: this.allowedOrigins.join(',') }),
        ...(this.redisUrl && { REDIS_URL: this.redisUrl }),
        ...environment,
      },
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
        define: { 'process.env.RECORDS_IN': JSON.stringify(this.redisUrl ? 'redis' : 'dynamodb') },
        // The clients of Redis are CommonJS, whose `require` an ES module lacks.
        ...(this.redisUrl && { banner: requireInModule }),
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
