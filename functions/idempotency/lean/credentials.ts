import { containerCredentials } from './container-credentials.ts';
import { renewed } from './renewed-credentials.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When they end. Those without an end are kept until AWS refuses them. */
  expiration?: Date | undefined;
}

/** Named as the SDK's. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsProviderError';
}

export interface CredentialSource {
  get(): Credentials | Promise<Credentials>;
  /** Told that AWS refused these as ended. @returns whether it can get others */
  refused(credentials: Credentials): boolean;
}

export const credentialSource = (option: Credentials | (() => Promise<Credentials>) | undefined): CredentialSource => {
  if (typeof option === 'function') return renewed(option);
  if (option) return { get: () => option, refused: () => false };
  const container = renewed(containerCredentials);
  return {
    get: () => fromEnvironment() ?? container.get(),
    refused: (credentials) => !fromEnvironment() && container.refused(credentials),
  };
};

const fromEnvironment = (): Credentials | undefined => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken } : undefined;
};
