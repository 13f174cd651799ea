import type { Draw } from '../draw.ts';
import { type ClientKind, clientKinds } from '../entry-points.ts';
import { tables } from '../tables.ts';
import { openLibrary } from '../workers/library.ts';

/** Issues tokens under the same faults as everything else. */
export const createTokenIssuer = async (
  endpoint: string,
  clients: ClientKind | 'both',
  draw: Draw,
): Promise<() => Promise<string>> => {
  const kinds = clients === 'both' ? clientKinds : [clients];
  const issuers = await Promise.all(
    kinds.map(async (kind) => {
      const { library, api } = await openLibrary(kind, endpoint, tables.records);
      const store = library.dynamoDBStore({ tableName: tables.records, client: api });
      return () => library.issueToken(store, { scope: 'anonymous', ttlSeconds: 3600 });
    }),
  );
  return () => draw.pick(issuers)();
};
