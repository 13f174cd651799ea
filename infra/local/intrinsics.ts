import { account, functionArn, tableArn } from './account.ts';
import type { Resource, Resources } from './cloud-assembly.ts';

/** `path` says where the value stands, for the error of one that has no meaning locally. */
export type Resolve = (value: unknown, path: string) => unknown;

const pseudoParameters = new Map<string, string | undefined>([
  ['AWS::AccountId', account.id],
  ['AWS::NoValue', undefined],
  ['AWS::Partition', account.partition],
  ['AWS::Region', account.region],
  ['AWS::URLSuffix', account.urlSuffix],
]);

const partsOfRoutes = ['AWS::ApiGatewayV2::Authorizer', 'AWS::ApiGatewayV2::Integration'];

const tableTypes = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

export function isTable({ Type }: Resource): boolean {
  return tableTypes.includes(Type);
}

/** Replaces CloudFormation's intrinsic functions by what they are on this machine. */
export function createResolver(resources: Resources): Resolve {
  function localName(logicalId: string, resource: Resource): unknown {
    const property = isTable(resource) ? 'TableName' : 'FunctionName';
    return resolve(resource.Properties[property], `${logicalId}.Properties.${property}`) ?? logicalId;
  }

  function ref(logicalId: string, path: string): unknown {
    if (pseudoParameters.has(logicalId)) return pseudoParameters.get(logicalId);
    const resource = resources[logicalId];
    if (resource && (isTable(resource) || resource.Type === 'AWS::Lambda::Function')) {
      return localName(logicalId, resource);
    }
    if (resource && partsOfRoutes.includes(resource.Type)) return logicalId;
    throw unresolvable({ Ref: logicalId }, path, resource);
  }

  function getAtt([logicalId, attribute]: [string, string], path: string): string {
    const resource = resources[logicalId];
    if (resource && attribute === 'Arn') {
      if (resource.Type === 'AWS::Lambda::Function') return functionArn(String(localName(logicalId, resource)));
      if (isTable(resource)) return tableArn(String(localName(logicalId, resource)));
    }
    if (resource?.Type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') return account.apiEndpoint;
    throw unresolvable({ 'Fn::GetAtt': [logicalId, attribute] }, path, resource);
  }

  function intrinsic(name: string, argument: unknown, path: string): unknown {
    if (name === 'Ref' && typeof argument === 'string') return ref(argument, path);
    if (name === 'Fn::GetAtt' && isPair(argument)) return getAtt(argument, path);
    if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) {
      const [separator, parts] = argument;
      return parts.map((part, index) => resolve(part, `${path}.Fn::Join.1.${index}`)).join(String(separator));
    }
    throw unresolvable({ [name]: argument }, path);
  }

  function resolve(value: unknown, path: string): unknown {
    if (Array.isArray(value)) return value.map((element, index) => resolve(element, `${path}.${index}`));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return intrinsic(only[0], only[1], path);
    }
    return Object.fromEntries(
      entries.map(([key, element]) => [key, resolve(element, `${path}.${key}`)]).filter(([, e]) => e !== undefined),
    );
  }

  return resolve;
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function unresolvable(expression: object, path: string, resource?: Resource): Error {
  const type = resource ? ` (${resource.Type})` : '';
  return new Error(`${path}: the local run cannot resolve ${JSON.stringify(expression)}${type}`);
}
