import { causeAccidents } from './cause-accidents.ts';

const url = `http://127.0.0.1:${process.env['PORT'] || 3000}`;

try {
  console.log('Three accidents in the local run, each with the key of the customer who asks for help:');
  for (const { what, key } of await causeAccidents(url)) console.log(`  ${key}  ${what}`);
  console.log('Find and repair them with the runbooks of docs/operations.md:');
  console.log('  npx middy-idempotency find --local --key KEY');
} catch (error) {
  console.error(`No accident in the local run at ${url} (npm start): ${(error as Error).message}`);
  process.exitCode = 1;
}
