import { digest } from '../functions/idempotency/base/hash.ts';
import { readBody } from '../functions/idempotency/request/comparison/read-body.ts';
import { type Kind, kinds } from './request-bodies.ts';

const sizes = { '1 KB': 1024, '32 KB': 32 * 1024, '256 KB': 256 * 1024, '1 MB': 1024 ** 2, '4 MB': 4 * 1024 ** 2 };

/** Long enough for several rounds of what takes a millisecond, short enough for a table of a hundred cells. */
const budgetMs = 150;

/** The least of several runs of each, taken in turns: what else the machine does only ever adds to a run. */
const least = (...runs: (() => unknown)[]): number[] => {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  const end = performance.now() + budgetMs * runs.length;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    runs.forEach((run, index) => {
      const start = performance.now();
      run();
      best[index] = Math.min(best[index] ?? 0, performance.now() - start);
    });
  }
  return best;
};

const tryParse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const row = (
  name: string,
  size: string,
  { make, contentType = 'application/json', base64 = false }: Kind,
  bytes: number,
) => {
  const text = make(bytes);
  const body = base64 ? Buffer.from(text, 'latin1').toString('base64') : text;
  const identity = () => readBody({ body, isBase64Encoded: base64, contentType }).identity();
  const [parseMs = 0, identityMs = 0, digestMs = 0] = least(
    () => tryParse(text),
    identity,
    () => digest(identity()),
  );
  const isJson = contentType === 'application/json';
  return {
    body: name,
    size,
    kind: identity().split(' ', 1)[0],
    'JSON.parse ms': isJson ? parseMs.toFixed(3) : '',
    'identity ms': identityMs.toFixed(3),
    ratio: isJson ? (identityMs / parseMs).toFixed(1) : '',
    'with digest ms': digestMs.toFixed(3),
  };
};

console.table(
  Object.entries(kinds).flatMap(([name, kind]) =>
    Object.entries(sizes).map(([size, bytes]) => row(name, size, kind, bytes)),
  ),
);
