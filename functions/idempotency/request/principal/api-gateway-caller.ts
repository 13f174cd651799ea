import { type Fields, isObject } from '../../base/fields.ts';
import { apiKeyCaller } from './api-key-caller.ts';
import { authorizerCaller } from './authorizer-caller.ts';
import { certificateCaller } from './certificate-caller.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { identityPart, identityText } from './identity-fields.ts';

/** Who called a REST, HTTP or WebSocket API or a function URL: all that its request context says of it, together. */
export const apiGatewayCaller = (requestContext: Fields, options: CallerOptions): Fields => {
  const [authorizer, identity, authentication] = ['authorizer', 'identity', 'authentication'].map((name) =>
    identityPart(requestContext, name),
  );
  const signed = authorizer?.['iam'];
  const certificate = identityPart(authentication, 'clientCert') ?? identityPart(identity, 'clientCert');
  return {
    ...authorizerCaller(authorizer),
    // A REST API's authorizer may have a text of that name in its context.
    ...iamCaller(isObject(signed) ? signed : identity, options),
    ...(certificate &&
      certificateCaller(
        identityText(certificate, 'subjectDN'),
        identityText(certificate, 'issuerDN'),
        identityText(certificate, 'clientCertPem'),
      )),
    ...apiKeyCaller(identity),
  };
};
