const region = 'eu-central-1';
const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/** For a client that is given its options. */
export const connection = (endpoint: string) => ({ endpoint, region, credentials });

/** For clients that find theirs where Lambda puts them. */
export const environment = (endpoint: string) => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});
