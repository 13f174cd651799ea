import type { Draw } from '../draw.ts';
import type { ClientKind } from '../entry-points.ts';
import { tables } from '../tables.ts';
import { openLibrary } from '../workers/library.ts';

export interface TokenIssuer {
  issue(): Promise<string>;
  close(): void;
}

/** Issues tokens under the same faults as everything else. */
export const createTokenIssuer = async (
  endpoint: string,
  clients: readonly ClientKind[],
  draw: Draw,
): Promise<TokenIssuer> => {
  const issuers = await Promise.all(
    clients.map(async (kind) => {
      const { library, store, close } = await openLibrary(kind, endpoint, tables.records);
      return { issue: () => library.issueToken(store, { scope: 'anonymous', ttlSeconds: 3600 }), close };
    }),
  );
  return {
    issue: () => draw.pick(issuers).issue(),
    close: () => {
      for (const { close } of issuers) close?.();
    },
  };
};
