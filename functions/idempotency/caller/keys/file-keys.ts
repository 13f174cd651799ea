import type { KeyStore } from './key-store.ts';

/**
 * Keeps keys in files, for Node and any number of processes on one machine. An intention is a folder of numbered versions, of which the
 * highest counts; whoever creates the next number has made the change.
 *
 * @param folder on a file system with hard links; created if it doesn't exist
 *
 * @example
 * ```ts
 * const pay = idempotentFetch({ keys: fileKeys('/var/lib/shop/keys') });
 * ```
 */
export const fileKeys = (folder: string): KeyStore => {
  // Not imported, so that bundlers for browsers never meet them.
  const { link, mkdir, open, readdir, readFile, rm } = process.getBuiltinModule('node:fs/promises');
  const { createHash, randomUUID } = process.getBuiltinModule('node:crypto');

  /** On the disk when it ends, with what it is given. */
  const sync = async (path: string, text?: string): Promise<void> => {
    const file = await open(path, text === undefined ? 'r' : 'wx');
    try {
      if (text !== undefined) await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  };

  /** Fails with EEXIST when somebody else has created this version, whole as it is, before. */
  const createVersion = async (room: string, version: number, text: string): Promise<void> => {
    const draft = `${room}/${randomUUID()}`;
    try {
      await sync(draft, text);
      await link(draft, `${room}/${version}`);
    } finally {
      await rm(draft, { force: true });
    }
    await sync(room);
  };

  return {
    async update(intention, change) {
      const room = `${folder}/${createHash('sha256').update(JSON.stringify(intention)).digest('hex')}`;
      if (await mkdir(room, { recursive: true })) await sync(folder);
      for (;;) {
        const latest = Math.max(0, ...(await readdir(room)).map(Number).filter(Number.isInteger));
        const found = latest ? (JSON.parse(await readFile(`${room}/${latest}`, 'utf8')) ?? undefined) : undefined;
        const changed = change(found);
        if (changed === found) return changed;
        try {
          // Older versions stay: a number that became free could be taken by who has not seen the latest.
          await createVersion(room, latest + 1, JSON.stringify(changed ?? null));
          return changed;
        } catch (error) {
          if ((error as { code?: string }).code !== 'EEXIST') throw error;
        }
      }
    },
  };
};
