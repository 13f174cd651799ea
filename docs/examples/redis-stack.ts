import { ArnFormat, Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { CfnServerlessCache, CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

const cacheName = 'idempotency';
const userId = 'idempotency-pay';
const port = 6379;

export class PaymentOnValkeyStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'private', subnetType: SubnetType.PRIVATE_ISOLATED }],
      gatewayEndpoints: { dynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    }) as IVpc;
    const functions = new SecurityGroup(this, 'Functions', { vpc, allowAllOutbound: false });
    const caches = new SecurityGroup(this, 'Caches', { vpc, allowAllOutbound: false });
    caches.connections.allowFrom(functions, Port.tcp(port));
    functions.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'DynamoDB, by its gateway endpoint');

    const user = new CfnUser(this, 'User', {
      engine: 'valkey',
      userId,
      userName: userId,
      authenticationMode: { Type: 'iam' },
      accessString:
        'on ~idempotency:* -@all +evalsha +eval +hgetall +hset +hdel +del +expire +persist +info +ping +client +cluster',
    });
    const users = new CfnUserGroup(this, 'Users', { engine: 'valkey', userGroupId: cacheName, userIds: [user.ref] });
    // No `cacheUsageLimits` for data: at their maximum it would evict records.
    const cache = new CfnServerlessCache(this, 'Cache', {
      engine: 'valkey',
      serverlessCacheName: cacheName,
      subnetIds: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [caches.securityGroupId],
      userGroupId: users.ref,
    });

    const pay = new NodejsFunction(this, 'Pay', {
      entry: 'docs/examples/redis-on-valkey.ts',
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [functions],
      environment: {
        CACHE_ENDPOINT: `${cache.attrEndpointAddress}:${port}`,
        CACHE_NAME: cacheName,
        CACHE_USER: userId,
      },
      bundling: {
        format: OutputFormat.ESM,
        // The clients of Redis are CommonJS, whose `require` an ES module lacks.
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const arnOf = (resource: string, resourceName: string): string =>
      this.formatArn({ service: 'elasticache', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    pay.addToRolePolicy(
      new PolicyStatement({
        actions: ['elasticache:Connect'],
        resources: [arnOf('serverlesscache', cacheName), arnOf('user', userId)],
      }),
    );
  }
}
