import { type Fields, isObject } from '../../base/fields.ts';
import { apiKeyCaller } from './api-key-caller.ts';
import { authorizerCaller } from './authorizer-caller.ts';
import { certificateCaller } from './certificate-caller.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { identityPart, identityText } from './identity-fields.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/** Who called a REST, HTTP or WebSocket API or a function URL: all that its request context says of it, together. */
export const apiGatewayCaller = (requestContext: Fields, options: CallerOptions): Fields => {
  const [authorizer, identity, authentication] = ['authorizer', 'identity', 'authentication'].map((name) =>
    identityPart(requestContext, name),
  );
  // A REST API's authorizer may have a text of that name in its context.
  const signed = isObject(authorizer?.['iam']) ? authorizer['iam'] : undefined;
  const signer = iamCaller(signed ?? identity, options);
  if (signed && Object.keys(signer).length === 0)
    throw unreadableCaller('The IAM identity of this request', signed, scopeCure);
  const certificate = identityPart(authentication, 'clientCert') ?? identityPart(identity, 'clientCert');
  return {
    ...authorizerCaller(authorizer),
    ...signer,
    ...(certificate &&
      certificateCaller(
        identityText(certificate, 'subjectDN'),
        identityText(certificate, 'issuerDN'),
        identityText(certificate, 'clientCertPem'),
      )),
    ...apiKeyCaller(identity),
  };
};
