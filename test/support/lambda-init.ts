/** The environment of a function that Lambda loads, with DynamoDB elsewhere. */
export const lambdaInit = (endpoint: string, type = 'on-demand'): Record<string, string> => ({
  AWS_LAMBDA_INITIALIZATION_TYPE: type,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'local-secret-access-key',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  IDEMPOTENCY_TABLE: 'records',
});
