import { type CredentialSource, type Credentials, CredentialsError } from './credentials.ts';

const renewBeforeMs = 5 * 60_000;

/** Keeps credentials, and gets new ones before they end: once, however many calls wait for them. */
export const renewed = (fetch: () => Promise<Credentials>): CredentialSource => {
  let current: Credentials | undefined;
  let fetching: Promise<Credentials> | undefined;

  const renew = (): Promise<Credentials> => {
    fetching ??= Promise.resolve()
      .then(fetch)
      .then(checked)
      .then((credentials) => {
        current = credentials;
        return credentials;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };

  return {
    get: () => {
      const leftMs = current ? (current.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now() : 0;
      if (!current || leftMs <= 0) return renew();
      // Good for now, whatever becomes of the renewal.
      if (leftMs < renewBeforeMs) renew().catch(() => undefined);
      return current;
    },
    refused: (credentials) => {
      if (current === credentials) current = undefined;
      return true;
    },
  };
};

const checked = (credentials: Credentials): Credentials => {
  if (isCredentials(credentials)) return credentials;
  throw new CredentialsError('The function `credentials` must return { accessKeyId, secretAccessKey, sessionToken? }.');
};

export const isCredentials = (value: unknown): boolean => {
  const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = (value ?? {}) as Partial<Credentials>;
  return Boolean(
    accessKeyId &&
      secretAccessKey &&
      [accessKeyId, secretAccessKey, sessionToken].every((part) => typeof part === 'string') &&
      (expiration === undefined || expiration instanceof Date),
  );
};
