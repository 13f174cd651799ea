import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApiText } from './text.ts';

await writeFile(join(import.meta.dirname, '../../docs/openapi.yaml'), openApiText());
