import type { Fields } from '../../base/fields.ts';
import { headerValues } from '../http/header-values.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { identityPart, identityText } from './identity-fields.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Who called through VPC Lattice: the IAM principal, and the certificate that it got its credentials by (Roles Anywhere). The VPC
 * that a request comes from is no caller: many share it. Lattice strips the identity header from what clients send.
 *
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/http-targets.html
 */
export const latticeCaller = (event: Fields, options: CallerOptions): Fields => {
  const identity = identityOf(event);
  const clientCert = Object.fromEntries(Object.entries(identity).filter(([name]) => name.startsWith('x509')));
  const userArn = identity['principal'];
  // Where nobody has signed there is the VPC, or the type NONE: whatever else there is names somebody.
  if (
    !userArn &&
    Object.keys(identity).some((name) => !/^(sourcevpc|type)/.test(name) || identity[name] === 'AWS_IAM')
  ) {
    throw unreadableCaller('The VPC Lattice identity of this request', identity, scopeCure);
  }
  return { ...iamCaller({ userArn }, options), ...(Object.keys(clientCert).length > 0 && { clientCert }) };
};

/** Both spellings under one name: `x509SubjectCn` of the request context, `X509Subject/CN` of the header. */
const identityOf = (event: Fields): Readonly<Record<string, string>> => {
  const context = identityPart(identityPart(event, 'requestContext'), 'identity') ?? {};
  const told = Object.keys(context).map((name) => [name, identityText(context, name) ?? '']);
  const header = headerValues(event, 'x-amzn-lattice-identity').flatMap((value) => value.split(';').map(pairOf));
  const identity: Record<string, string> = {};
  for (const [name = '', value] of [...told, ...header]) {
    const plain = name.toLowerCase().replace(/\W/g, '');
    if (value) identity[plain] ??= value;
  }
  return identity;
};

/** What is no pair stands for itself: it is not nobody. */
const pairOf = (text: string): [name: string, value: string] => {
  const [name = '', ...value] = text.trim().split('=');
  return [name, value.length > 0 ? value.join('=') : name];
};
