import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const manifestSchema = v.object({
  artifacts: v.optional(
    v.record(v.string(), v.object({ type: v.string(), properties: v.optional(v.record(v.string(), v.unknown())) })),
    {},
  ),
});

const resourceSchema = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
  Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});

const templateSchema = v.object({ Resources: v.record(v.string(), resourceSchema) });

export type Resource = v.InferOutput<typeof resourceSchema>;
export type Resources = Record<string, Resource>;

/** The resources of the assembly's one stack. The manifest decides: `cdk.out` keeps templates of stacks that are gone. */
export function readResources(directory: string): Resources {
  const manifestPath = join(directory, 'manifest.json');
  if (!existsSync(manifestPath)) {
    throw new Error(`${directory} holds no cloud assembly (manifest.json is missing): run "npm run synth" first`);
  }
  const { artifacts } = readJson(manifestPath, manifestSchema);
  const stacks = Object.values(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
  const templateFile = stacks[0]?.properties?.['templateFile'];
  if (stacks.length !== 1 || typeof templateFile !== 'string') {
    throw new Error(`${manifestPath} names ${stacks.length} stacks: the local run takes exactly one`);
  }
  return readJson(join(directory, templateFile), templateSchema).Resources;
}

function readJson<Schema extends v.GenericSchema>(path: string, schema: Schema): v.InferOutput<Schema> {
  const result = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(`${path}, ${v.getDotPath(issue) ?? 'top level'}: ${issue.message}`);
  }
  return result.output;
}
