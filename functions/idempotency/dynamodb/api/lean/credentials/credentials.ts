export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When they end. Those without an end are kept until AWS refuses them. */
  expiration?: Date | undefined;
}

/** Where credentials come from. */
export interface CredentialSource {
  get(): Credentials | Promise<Credentials>;
  /** Told that AWS refused these: they may have ended. @returns whether there may be others */
  refused(credentials: Credentials): boolean;
}

/** Named as the SDK's. */
export const credentialsError = (message: string, options?: ErrorOptions): Error =>
  Object.assign(new Error(message, options), { name: 'CredentialsProviderError' });

export const areCredentials = (value: unknown): boolean => {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = (value ?? {}) as Partial<Credentials>;
  return (
    [accessKeyId, secretAccessKey, sessionToken ?? 'none'].every((part) => typeof part === 'string' && part) &&
    (expiration === undefined || expiration instanceof Date)
  );
};
