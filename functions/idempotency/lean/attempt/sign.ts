import { takeRequireBack } from './lent-require.ts';

// The order counts: aws4 needs the `require` that is lent to it.

import aws4 from 'aws4';

takeRequireBack();

/** Signs for DynamoDB, with the time of now. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export const sign = aws4.sign;
