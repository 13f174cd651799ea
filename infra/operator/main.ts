#!/usr/bin/env node
import { runOperator } from './run-operator.ts';

// Whoever reads no further, as `head` does, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runOperator(process.argv.slice(2), process);
