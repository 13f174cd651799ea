import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, vi } from 'vitest';
import { openApiDocument } from '../../infra/openapi/document.ts';
import { openApiText } from '../../infra/openapi/text.ts';

const page = join(import.meta.dirname, '../../docs/openapi.yaml');

/** Every object in it, by its path. */
const objectsIn = (value: unknown, path = ''): [string, Record<string, unknown>][] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    objectsIn(part, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [[path, value as Record<string, unknown>], ...inner];
};

it('the document of docs/http-answers.md is valid', async () => {
  vi.stubEnv('IDEMPOTENCY_TABLE', 'records');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  const { document } = await import('../../docs/examples/open-api.ts');
  expect(await new Validator().validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true });
  expect(document.paths['/payments'].post.responses).toMatchObject({
    201: { headers: { 'Idempotency-Key-Max-Age': {} } },
    409: { description: expect.stringContaining('OUTCOME_UNKNOWN') },
  });
  vi.unstubAllEnvs();
});

describe('docs/openapi.yaml', () => {
  it('is as `npm run openapi` makes it', async () => {
    expect(await readFile(page, 'utf8')).toBe(openApiText());
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(await readFile(page, 'utf8'))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const broken = openApiText().replace('in: header', 'in: nowhere');
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it('refers to nothing that is not there, and has no schema that is none', () => {
    const document = openApiDocument();
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ $id: 'document', ...document });
    const objects = objectsIn(document);
    const paths = new Set(objects.map(([path]) => path));
    for (const [, { $ref }] of objects) if (typeof $ref === 'string') expect(paths).toContain($ref.slice(1));
    const schemas = objects.filter(([path]) => /\/schema$|^\/components\/schemas\/\w+$/.test(path));
    expect(schemas.length).toBeGreaterThan(50);
    for (const [path] of schemas) expect(ajv.compile({ $ref: `document#${encodeURI(path)}` })).toBeTypeOf('function');
  });
});
