import { account } from './account.ts';
import type { FunctionModel } from './model.ts';

/** The whole environment of a function's process: of the host's own variables it gets PATH only. */
export function functionEnvironment(
  fn: FunctionModel,
  runtimeApi: string,
  dynamoDBEndpoint: string | undefined,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    ...fn.environment,
    ...lambdaVariables(fn, runtimeApi),
    ...awsAccess(dynamoDBEndpoint),
  };
}

function lambdaVariables(fn: FunctionModel, runtimeApi: string): Record<string, string> {
  return {
    _HANDLER: fn.handler,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: fn.directory,
  };
}

function awsAccess(dynamoDBEndpoint: string | undefined): Record<string, string> {
  return {
    AWS_REGION: account.region,
    AWS_DEFAULT_REGION: account.region,
    AWS_ACCESS_KEY_ID: account.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.credentials.secretAccessKey,
    // Without a HOME the SDK still finds the user's ~/.aws; and every service but DynamoDB is a refused connection.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    ...(dynamoDBEndpoint === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: dynamoDBEndpoint }),
  };
}
