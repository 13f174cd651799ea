import { warn } from '../../base/warn.ts';
import type { Connection } from './clients/connection.ts';

const looked = new WeakSet<Connection>();

const says =
  'Redis evicts keys when its memory is full (maxmemory-policy): it would forget operations, and run them twice. ' +
  'Set maxmemory-policy to noeviction, or use a server of its own.';

/** Looks once whether the server may forget records. One that doesn't tell (ACL, managed services) is not asked again. */
export const warnOfEviction = async (connection: Connection): Promise<void> => {
  if (looked.has(connection)) return;
  looked.add(connection);
  const info = await connection.memoryInfo().catch(() => undefined);
  const text = typeof info === 'object' ? JSON.stringify(info) : String(info);
  const [, policy] = /maxmemory_policy:([\w-]+)/.exec(text) ?? [];
  if (policy !== undefined && policy !== 'noeviction' && !/maxmemory:0\b/.test(text)) warn(says, { policy });
};
