import { abortableWait } from '../abortable.ts';
import { exchange, target } from '../attempt/exchange.ts';
import { type Credentials, credentialsError } from './credentials.ts';

const tries = 3;
const timeouts = { connectionTimeoutMs: 1000, requestTimeoutMs: 1000 };

/**
 * From the endpoint of the container (ECS, EKS Pod Identity).
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export const containerCredentials = async (): Promise<Credentials> => {
  const url = containerUrl();
  for (let failures = 1; ; failures += 1) {
    const authorization = await containerToken();
    const options = { ...target(url), agent: false, ...(authorization && { headers: { authorization } }) };
    const { status, body, problem } = await exchange(options, undefined, timeouts).then(
      (answer) => ({ ...answer, problem: `status ${answer.status}` }),
      (error: NodeJS.ErrnoException) => ({ status: 500, body: '', problem: error.code ?? error.name }),
    );
    if (status === 200) return parseCredentials(body);
    if (failures === tries || (status < 500 && status !== 429)) {
      throw credentialsError(
        `The container's credentials endpoint (AWS_CONTAINER_CREDENTIALS_*_URI) failed: ${problem}.`,
      );
    }
    await abortableWait(Math.random() * 100 * 2 ** failures, undefined);
  }
};

const containerUrl = (): URL => {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = process.env;
  if (!relative && !full) {
    throw credentialsError(
      'There are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set. Lambda sets them; elsewhere do so, or pass `credentials`. Profiles, SSO and web identity need the client of the AWS SDK.',
    );
  }
  const url = URL.parse(relative ? `http://169.254.170.2${relative}` : (full ?? ''));
  // The hosts are the SDK's: the request carries a token.
  const isSafe =
    /^https:/.test(url?.href ?? '') ||
    /^http:(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.23?|\[fd00:ec2::23\])$/.test(
      `${url?.protocol}${url?.hostname}`,
    );
  if (url && isSafe) return url;
  throw credentialsError(
    `AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI must lead to https, loopback, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23].`,
  );
};

/** Kubernetes writes a new token into the file from time to time. */
const containerToken = async (): Promise<string | undefined> => {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env;
  if (!file) return token?.trim();
  try {
    // Not imported: it takes milliseconds to load, and most functions have no such file.
    return (await process.getBuiltinModule('node:fs/promises').readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw credentialsError('The file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read.', { cause });
  }
};

const parseCredentials = (body: string): Credentials => {
  try {
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(body);
    const expiration = new Date(Expiration);
    if (AccessKeyId && SecretAccessKey && Token && expiration.getTime() > 0) {
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expiration };
    }
  } catch {
    // The message of JSON.parse quotes the credentials.
  }
  throw credentialsError(
    "The container's credentials endpoint answered without AccessKeyId, SecretAccessKey, Token and Expiration.",
  );
};
