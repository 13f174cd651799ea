import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { parse } from 'yaml';

interface Response {
  headers?: Record<string, unknown>;
  content?: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
}

const document: Document = parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.yaml'), 'utf8'));
const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'api', ...document });

const compiled = new Map<string, ValidateFunction>();

const validatorAt = (...path: readonly string[]): ValidateFunction => {
  const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const known = compiled.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` });
  compiled.set(pointer, known);
  return known;
};

/** Fixed paths before those with parameters, as API Gateway has it. */
const templates = Object.keys(document.paths).sort((one, other) => one.split('{').length - other.split('{').length);

const templateOf = (path: string): string => {
  const pattern = (template: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  const found = templates.find((template) => pattern(template).test(path));
  if (!found) throw new Error(`docs/openapi.yaml has no path for ${path}`);
  return found;
};

/** Headers that say something of idempotency. */
const telling = ['idempotent-replayed', 'idempotent-redacted', 'idempotency-key-max-age', 'retry-after', 'link'];

/** Whether an answer of the API is one that docs/openapi.yaml describes: its status, its headers and its body. */
export const expectDescribed = async (method: string, url: string, response: globalThis.Response): Promise<void> => {
  const template = templateOf(new URL(url).pathname);
  const { status, headers } = response;
  const described = document.paths[template]?.[method.toLowerCase()]?.responses[status];
  if (!described) throw new Error(`docs/openapi.yaml has no ${status} of ${method} ${template}`);
  const names = Object.keys(described.headers ?? {});
  for (const name of telling.filter((known) => headers.has(known))) {
    const documented = names.find((known) => known.toLowerCase() === name);
    if (!documented) throw new Error(`docs/openapi.yaml has no header ${name} in ${status} of ${method} ${template}`);
  }
  const type = headers.get('content-type') ?? '';
  const path = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
  const validate = validatorAt(...path);
  const body: unknown = await response.json();
  expect([path.join(' '), body, validate(body), validate.errors]).toEqual([path.join(' '), body, true, null]);
};
