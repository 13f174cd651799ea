import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, exchange } from './attempt/exchange.ts';
import { type Credentials, CredentialsError } from './credentials.ts';

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
    const problem = await fetchCredentials(url).catch((error: NodeJS.ErrnoException) => {
      if (error instanceof CredentialsError) throw error;
      return error.code ?? error.name;
    });
    if (typeof problem === 'object') return problem;
    if (failures === tries) throw new CredentialsError(`The container's credentials endpoint failed: ${problem}.`);
    await sleep(Math.random() * 100 * 2 ** failures);
  }
};

const containerUrl = (): URL => {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = process.env;
  if (!relative && !full) {
    throw new CredentialsError(
      'There are no AWS credentials. A function has them from its role; elsewhere set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or pass `credentials`.',
    );
  }
  const url = URL.parse(relative ? `http://169.254.170.2${relative}` : (full as string));
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' &&
      /^(localhost|127(\.\d+){3}|\[::1\]|169\.254\.170\.23?|\[fd00:ec2::23\])$/.test(url.hostname));
  if (url && isSafe) return url;
  throw new CredentialsError(
    `AWS_CONTAINER_CREDENTIALS_${relative ? 'RELATIVE' : 'FULL'}_URI must lead to https, loopback, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23].`,
  );
};

/** The credentials, or the status if asking again may help. */
const fetchCredentials = async (url: URL): Promise<Credentials | number> => {
  const authorization = await containerToken();
  const { protocol, hostname, port, pathname, search } = url;
  const answer = await exchange(
    {
      protocol,
      hostname: hostname.replace(/[[\]]/g, ''),
      port,
      path: pathname + search,
      agent: false,
      headers: { accept: 'application/json', ...(authorization && { authorization }) },
    },
    undefined,
    timeouts,
  );
  if (answer.status === 200) return parseCredentials(answer);
  if (answer.status >= 500 || answer.status === 429) return answer.status;
  throw new CredentialsError(`The container's credentials endpoint refused, with status ${answer.status}.`);
};

/** Kubernetes writes a new token into the file from time to time. */
const containerToken = async (): Promise<string | undefined> => {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = process.env;
  if (!file) return token?.trim();
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new CredentialsError('The file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read.', { cause });
  }
};

const parseCredentials = ({ body }: Answer): Credentials => {
  try {
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration,
    } = JSON.parse(body);
    const expiration = new Date(Expiration);
    const isComplete = [accessKeyId, secretAccessKey, sessionToken, Expiration].every(
      (field) => typeof field === 'string',
    );
    if (isComplete && expiration.getTime() > 0) return { accessKeyId, secretAccessKey, sessionToken, expiration };
  } catch {
    // The message of JSON.parse quotes the credentials.
  }
  throw new CredentialsError(
    'The container’s credentials endpoint answered without AccessKeyId, SecretAccessKey, Token and Expiration.',
  );
};
