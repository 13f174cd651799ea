import { field, isObject } from '../base/fields.ts';

const someOf = (list: unknown, is: (part: unknown) => boolean): boolean => Array.isArray(list) && list.some(is);

/**
 * Whether an answer says that something failed, and may be sent again: records of a batch, to Lambda or, as the results of
 * `Promise.allSettled`, to the middleware that tells Lambda; tasks of S3 Batch Operations; an action of a Bedrock agent.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html#agents-lambda-response
 */
export const reportsFailures = (answer: unknown): boolean =>
  someOf(answer, isRejected) ||
  someOf(field(answer, 'batchItemFailures'), () => true) ||
  someOf(field(answer, 'results'), (result) => field(result, 'resultCode') === 'TemporaryFailure') ||
  isFailedAction(field(answer, 'response'));

const isFailedAction = (response: unknown): boolean =>
  Number(field(response, 'httpStatusCode')) >= 500 ||
  field(field(response, 'functionResponse'), 'responseState') !== undefined;

const isRejected = (part: unknown): boolean => isObject(part) && part['status'] === 'rejected' && 'reason' in part;

/**
 * Whether an answer asks to be called again later with the same event, because something isn't complete.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.custom_resources-readme.html#asynchronous-providers-iscomplete
 */
export const asksAgain = (answer: unknown): boolean => field(answer, 'IsComplete') === false;
