import { containerCredentials } from './container.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { renewed } from './renewed.ts';

export const credentialSource = (option: Credentials | (() => Promise<Credentials>) | undefined): CredentialSource => {
  if (typeof option === 'function') return renewed(option);
  if (option) return { get: () => option, refused: () => false };
  const container = renewed(containerCredentials);
  return {
    get: () => environmentCredentials() ?? container.get(),
    refused: (credentials) => !environmentCredentials() && container.refused(credentials),
  };
};

/** Read at each call: it is cheap, and who changes them is right. */
const environmentCredentials = (): Credentials | undefined => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
};
