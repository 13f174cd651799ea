import { areCredentials, type CredentialSource, type Credentials, credentialsError } from './credentials.ts';

const renewBeforeMs = 5 * 60_000;

/** Keeps credentials, and gets new ones before they end: once, however many calls wait for them. */
export const renewed = (fetch: () => Promise<Credentials>): CredentialSource => {
  let current: Credentials | undefined;
  let renewal: Promise<Credentials> | undefined;

  const renew = async (): Promise<Credentials> => {
    const credentials = await fetch();
    if (!areCredentials(credentials)) {
      throw credentialsError('The function `credentials` must return { accessKeyId, secretAccessKey, sessionToken? }.');
    }
    current = credentials;
    return credentials;
  };

  return {
    get: () => {
      const leftMs = current ? Number(current.expiration ?? Number.POSITIVE_INFINITY) - Date.now() : 0;
      if (current && leftMs >= renewBeforeMs) return current;
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      if (!current || leftMs <= 0) return renewal;
      // Good for now, whatever becomes of the renewal.
      renewal.catch(() => undefined);
      return current;
    },
    refused: (credentials) => {
      if (current === credentials) current = undefined;
      return true;
    },
  };
};
