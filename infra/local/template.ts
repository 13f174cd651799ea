import { resolve } from 'node:path';
import { functionArn } from './account.ts';
import { readCors } from './api-resource.ts';
import { readResources } from './cloud-assembly.ts';
import { readFunction } from './function-resource.ts';
import { isTable } from './intrinsics.ts';
import type { StackModel } from './model.ts';
import { createPropertyReader } from './resource-reader.ts';
import { readRoute } from './route-resource.ts';
import { readTable } from './table-resource.ts';

/** Reads a synthesized cloud assembly; what has no meaning on this machine is an error that names resource and path. */
export function readAssembly(directory: string): StackModel {
  const assembly = resolve(directory);
  const resources = readResources(assembly);
  const readProperties = createPropertyReader(resources);
  const entries = Object.entries(resources);

  const tables = entries
    .filter(([, resource]) => isTable(resource))
    .map(([logicalId, resource]) => readTable(logicalId, resource, readProperties));
  const functions = entries
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([logicalId, resource]) => readFunction(assembly, logicalId, resource, readProperties));
  const routes = entries
    .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Route')
    .map(([logicalId, resource]) => {
      const { integrationUri, ...route } = readRoute(logicalId, resource, resources, readProperties);
      const target = functions.find(({ name }) => integrationUri.split('/').includes(functionArn(name)));
      if (!target) throw new Error(`${logicalId}.Properties.Target: ${integrationUri} is no function of this template`);
      return { ...route, functionName: target.name };
    });

  const [cors] = entries
    .filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Api')
    .map(([logicalId, resource]) => readCors(logicalId, resource, readProperties));

  return { tables, functions, routes, ...(cors && { cors }) };
}
