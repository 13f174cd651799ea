import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How to start the machine's own Chromium. */
export const chromiumOptions = async (...more: string[]): Promise<{ executablePath: string; args: string[] }> => ({
  executablePath: (await promisify(execFile)('sh', ['-c', 'command -v chromium'])).stdout.trim(),
  args: [
    // Chromium refuses its sandbox to root, as whom containers run.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    ...more,
  ],
});
