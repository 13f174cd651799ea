import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

it.each(['main', 'lean'])('a Node that is too old is refused when the entry %s is loaded', async (entry) => {
  vi.resetModules();
  vi.stubGlobal('Promise', Object.assign(class extends Promise<unknown> {}, { withResolvers: undefined }));
  await expect(import(`../../functions/idempotency/entries/${entry}.ts`)).rejects.toThrow(
    `middy-idempotency needs Node 22.3 or newer, such as Lambda's nodejs24.x; this is Node ${process.version}.`,
  );
});
