import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from './compare.ts';
import { comparisonTable, withTable } from './table.ts';

const page = join(import.meta.dirname, '../../docs/compare.md');
const comparison = await compare();
for (const [name, judged] of Object.entries(comparison)) {
  console.log(`\n${name}`);
  for (const { rule, verdict } of judged) {
    if (verdict.result === 'failed') console.log(`  ${rule.id}: ${verdict.why}`);
    if (verdict.result === 'not tried') console.log(`  ${rule.id} not tried: ${verdict.reason}`);
  }
}
await writeFile(page, withTable(await readFile(page, 'utf8'), comparisonTable(comparison)));
