/** Where DynamoDB is: the option, else the environment's endpoint, else AWS's own in the region. */
export const resolveEndpoint = (region: string, option: string | undefined): URL => {
  const { env } = process;
  const names = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'];
  const configured =
    env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true' ? undefined : names.find((name) => env[name]);
  if (option !== undefined) return parseUrl(option, 'option `endpoint`');
  if (configured) return parseUrl(env[configured], `environment variable ${configured}`);
  return new URL(
    awsEndpoint(region, env['AWS_USE_FIPS_ENDPOINT'] === 'true', env['AWS_USE_DUALSTACK_ENDPOINT'] === 'true'),
  );
};

const parseUrl = (text: string | undefined, source: string): URL => {
  // Not quoted: it may hold a password.
  if (!text || !/^https?:\/\/[^/@?#]+(\/[^?#]*)?$/i.test(text) || !URL.canParse(text)) {
    throw new TypeError(
      `leanClient: the ${source} must be a URL such as https://dynamodb.eu-central-1.amazonaws.com, without a user, password or query.`,
    );
  }
  const url = new URL(text);
  url.pathname = url.pathname.replace(/\/?$/, '/');
  return url;
};

/** The domains of a partition: plain, and dual-stack. */
const partitions: readonly (readonly [prefix: string, domain: string, dualStack: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['us-isof-', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['', 'amazonaws.com', 'api.aws'],
];

const awsEndpoint = (region: string, fips: boolean, dualStack: boolean): string => {
  const [, domain, dualStackDomain] = partitions.find(([prefix]) =>
    region.startsWith(prefix),
  ) as (typeof partitions)[0];
  // GovCloud's plain endpoints are FIPS's.
  const isPlain = !fips || (region.startsWith('us-gov-') && !dualStack);
  return `https://dynamodb${isPlain ? '' : '-fips'}.${region}.${dualStack ? dualStackDomain : domain}`;
};
