import { takeRequireBack } from './lent-require.ts';

// The order counts: aws4 needs the `require` that is lent to it.

import aws4, { type Request } from 'aws4';
import type { Credentials } from '../credentials/credentials.ts';

takeRequireBack();

/** With the time of now. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
export const sign = (request: Request, credentials: Credentials): Request =>
  aws4.sign(request, credentials as aws4.Credentials);
