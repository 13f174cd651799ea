import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../infra/local/listen.ts';
import type { FunctionModel } from '../../infra/local/model.ts';

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A function whose bundle is `source`. */
export function functionModel(source: string, overrides: Partial<FunctionModel> = {}): FunctionModel {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'index.mjs'), source);
  const defaults = { name: 'Example', handler: 'index.handler', timeoutMs: 30_000, memoryMb: 128, environment: {} };
  return { ...defaults, directory, ...overrides };
}

type Resource = { Type: string; Properties?: object; Metadata?: object };

/** A cloud assembly of one stack, as `cdk synth` writes it. */
export function writeAssembly(resources: Record<string, Resource>, bundles: Record<string, string> = {}): string {
  const directory = temporaryDirectory();
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'Example.template.json' } };
  const tree = { type: 'cdk:tree', properties: { file: 'tree.json' } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { Example: stack, Tree: tree } }));
  writeFileSync(join(directory, 'Example.template.json'), JSON.stringify({ Resources: resources }));
  for (const [asset, source] of Object.entries(bundles)) {
    mkdirSync(join(directory, asset));
    writeFileSync(join(directory, asset, 'index.mjs'), source);
  }
  return directory;
}

export function functionResource(asset: string, properties: object = {}): Resource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      ...properties,
    },
    Metadata: { 'aws:asset:path': asset },
  };
}

/** A route and its integration, as the CDK writes them. */
export function routeResources(
  id: string,
  routeKey: string,
  functionId: string,
  integration: object = {},
  route: object = {},
): Record<string, Resource> {
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': [functionId, 'Arn'] },
        PayloadFormatVersion: '2.0',
        ...integration,
      },
    },
    [id]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        AuthorizationType: 'NONE',
        RouteKey: routeKey,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
        ...route,
      },
    },
  };
}

export const jwtAuthorizer = (issuer: string): Resource => ({
  Type: 'AWS::ApiGatewayV2::Authorizer',
  Properties: {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: issuer, Audience: ['pay'] },
  },
});

/** What a route has that the authorizer `Jwt` guards. */
export const byJwt = { AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Jwt' } };

export const stockTable = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'sku', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'sku', KeyType: 'HASH' }],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  },
};

/** An address that answers nobody before `parties` have called it. */
export async function startBarrier(parties: number): Promise<string> {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    waiting.push(response);
    if (waiting.length === parties) for (const each of waiting) each.end();
  });
  const port = await listenOnLoopback(server, 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${port}`;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // An orphan that has ended stays a zombie where the first process of a container collects none.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

export async function getJson<Body>(url: string, request?: RequestInit): Promise<Body> {
  return JSON.parse(await (await fetch(url, request)).text());
}
