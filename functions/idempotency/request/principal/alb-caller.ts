import { asObject, type Fields } from '../../base/fields.ts';
import { headerValues } from '../http/header-values.ts';
import { certificateCaller } from './certificate-caller.ts';
import { identityText } from './identity-fields.ts';
import { issuedBy } from './jwt-caller.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Who called through a load balancer: the user that it logged in, or the certificate that it verified. Both come in headers, which
 * only a rule with the authenticate action, or a listener in mTLS verify mode, is known to set.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
 */
export const albCaller = (event: unknown): Fields => ({ ...loggedIn(event), ...certified(event) });

/** The plain `sub` counts only where the load balancer's token beside it says the same: it alone could be anybody's. */
const loggedIn = (event: unknown): Fields => {
  const identities = headerValues(event, 'x-amzn-oidc-identity');
  const tokens = headerValues(event, 'x-amzn-oidc-data');
  if (identities.length + tokens.length === 0) return {};
  const [header, payload] = (tokens[0] ?? '').split('.', 2).map(decoded);
  const [sub, signer] = [identityText(payload, 'sub'), identityText(header, 'signer')];
  const agree = tokens.length === 1 && identities.length === 1 && sub === identities[0];
  if (!agree || !sub || !signer?.includes(':elasticloadbalancing:')) {
    const cure =
      'Have the load balancer’s rule authenticate users: its headers x-amzn-oidc-data and x-amzn-oidc-identity must agree. ';
    throw unreadableCaller('The load balancer’s login', payload, cure + scopeCure);
  }
  return { alb: { ...issuedBy({ iss: identityText(header, 'iss') ?? payload?.['iss'] }), sub } };
};

const decoded = (part: string): Fields => {
  try {
    return asObject(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    return {};
  }
};

const certified = (event: unknown): Fields => {
  const values = (name: string) => headerValues(event, `x-amzn-mtls-clientcert${name}`);
  // Only passthrough mode sets it, where nobody has verified the chain: whoever makes a certificate could be anybody, and whatever
  // else there is of verify mode, the client has written.
  if (values('').length > 0) {
    const cure =
      'Set the listener’s mTLS to verify mode, or verify the chain yourself and name its owner in the option `scope`.';
    throw unreadableCaller('A client certificate that the load balancer did not verify', { subject: undefined }, cure);
  }
  const [subject, issuer, leaf] = [values('-subject'), values('-issuer'), values('-leaf')];
  if (subject.length + issuer.length === 0) return {};
  const [subjectName, issuerName] = subject.length < 2 && issuer.length < 2 ? [subject[0], issuer[0]] : [];
  return certificateCaller(subjectName, issuerName, pemOf(leaf[0] ?? ''));
};

const pemOf = (leaf: string): string => {
  try {
    return decodeURIComponent(leaf);
  } catch {
    return leaf;
  }
};
