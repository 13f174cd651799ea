import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe.each(['main', 'lean'])('a Node that is too old is refused when the entry %s is loaded', (entry) => {
  it.each<[version: string, pretend: () => void]>([
    [
      '20',
      () => vi.stubGlobal('Promise', Object.assign(class extends Promise<unknown> {}, { withResolvers: undefined })),
    ],
    ['22.2', () => vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }))],
  ])('Node %s', async (_version, pretend) => {
    vi.resetModules();
    pretend();
    await expect(import(`../../functions/idempotency/entries/${entry}.ts`)).rejects.toThrow(
      `middy-idempotency needs Node 22.3 or newer, such as Lambda's nodejs24.x; this is Node ${process.version}.`,
    );
  });
});
