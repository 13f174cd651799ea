import { type Fields, field, isObject } from '../../base/fields.ts';
import { apiKeyCaller } from './api-key-caller.ts';
import { authorizerCaller } from './authorizer-caller.ts';
import { certificateCaller } from './certificate-caller.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';

/** Who called a REST, HTTP or WebSocket API or a function URL: all that its request context says of it, together. */
export const apiGatewayCaller = (requestContext: Fields, options: CallerOptions): Fields => {
  const { authorizer, identity, authentication } = requestContext;
  const signed = field(authorizer, 'iam');
  const certificate = field(authentication, 'clientCert') ?? field(identity, 'clientCert');
  return {
    ...authorizerCaller(authorizer),
    ...iamCaller(isObject(signed) ? signed : identity, options),
    ...(isObject(certificate) &&
      certificateCaller(certificate['subjectDN'], certificate['issuerDN'], certificate['clientCertPem'])),
    ...apiKeyCaller(identity),
  };
};
