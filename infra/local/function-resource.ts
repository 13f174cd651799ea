import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import type { Resource } from './cloud-assembly.ts';
import type { FunctionModel } from './model.ts';
import type { ReadProperties } from './resource-reader.ts';

// The defaults are CloudFormation's.
const functionSchema = v.object({
  FunctionName: v.optional(v.string()),
  Runtime: v.pipe(v.string(), v.startsWith('nodejs')),
  Handler: v.string(),
  Timeout: v.optional(v.number(), 3),
  MemorySize: v.optional(v.number(), 128),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }), {}),
});

export function readFunction(
  assembly: string,
  logicalId: string,
  resource: Resource,
  readProperties: ReadProperties,
): FunctionModel {
  const properties = readProperties(logicalId, resource, functionSchema);
  return {
    name: properties.FunctionName ?? logicalId,
    directory: readAssetDirectory(assembly, logicalId, resource),
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    environment: properties.Environment.Variables,
  };
}

function readAssetDirectory(assembly: string, logicalId: string, { Metadata }: Resource): string {
  const assetPath = Metadata['aws:asset:path'];
  if (typeof assetPath !== 'string') throw new Error(`${logicalId}.Metadata.aws:asset:path: missing`);
  const directory = resolve(assembly, assetPath);
  if (!existsSync(directory)) throw new Error(`${logicalId}.Metadata.aws:asset:path: ${directory} does not exist`);
  return directory;
}
