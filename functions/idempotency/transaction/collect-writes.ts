import type { marshallOptions } from '@aws-sdk/util-dynamodb';
import { createGuardLedger } from './guards/guard-ledger.ts';
import { createItemLedger } from './item-ledger.ts';
import { marshaller } from './marshalling.ts';
import type { PendingWrite } from './pending-write.ts';
import { checkWrite } from './verbs/check.ts';
import { deleteWrite } from './verbs/delete.ts';
import { insertWrite } from './verbs/insert.ts';
import { putWrite } from './verbs/put.ts';
import { updateWrite } from './verbs/update.ts';
import type { VerbContext } from './verbs/verb-context.ts';
import type { Writes } from './writes.ts';

export interface CollectedWrites {
  writes: Writes;
  /** Ends the collecting, and hands over what there is. */
  close(): readonly PendingWrite[];
}

/** What a handler writes, checked and copied as it comes. */
export const collectWrites = (options: marshallOptions): CollectedWrites => {
  const items = createItemLedger();
  const guards = createGuardLedger();
  let closed = false;

  const context: VerbContext = { toAttributes: marshaller(options), items, guards };

  const whileOpen =
    <Parameters extends unknown[]>(write: (...parameters: Parameters) => void) =>
    (...parameters: Parameters): void => {
      if (closed) {
        throw new Error('writes: the request has been answered already. Await everything that your handler writes.');
      }
      write(...parameters);
    };

  const writes: Writes = Object.freeze({
    insert: whileOpen(insertWrite(context)),
    put: whileOpen(putWrite(context)),
    update: whileOpen(updateWrite(context)),
    delete: whileOpen(deleteWrite(context)),
    check: whileOpen(checkWrite(context)),
  });

  const close = (): readonly PendingWrite[] => {
    closed = true;
    return [...items.pending(), ...guards.pending()];
  };

  return { writes, close };
};
