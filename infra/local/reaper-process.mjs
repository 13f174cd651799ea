import { createInterface } from 'node:readline';

// A pipe closes however its writer ended, SIGKILL included: then whatever the runner still had is ended here.
const groups = new Set();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [command, pid] = line.split(' ');
    if (command === 'watch') groups.add(Number(pid));
    else groups.delete(Number(pid));
  })
  .on('close', () => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
  });
