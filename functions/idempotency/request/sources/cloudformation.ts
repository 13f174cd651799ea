import { type Fields, textOf } from '../../base/fields.ts';
import type { Source } from './source.ts';

/** Whether it is what CloudFormation asks of a custom resource. */
export const isCloudFormation = (event: Fields): boolean =>
  /^(Create|Update|Delete)$/.test(textOf(event['RequestType']) ?? '') && textOf(event['StackId']) !== undefined;

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
export const cloudFormation: Source = {
  key: ({ StackId, RequestId, LogicalResourceId }) => [
    'cloudformation',
    textOf(StackId),
    textOf(RequestId),
    textOf(LogicalResourceId),
  ],
  delivery: [],
  resending: ['RequestId', 'ResponseURL'],
};
