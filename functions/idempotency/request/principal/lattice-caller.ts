import { asObject, type Fields, field, textOf } from '../../base/fields.ts';
import { headerValues } from '../http/header-values.ts';
import { type CallerOptions, iamCaller } from './iam-caller.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Who called through VPC Lattice: the IAM principal, and the certificate that it got its credentials by (Roles Anywhere). The VPC
 * that a request comes from is no caller: many share it. Lattice strips the identity header from what clients send.
 *
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/http-targets.html
 */
export const latticeCaller = (event: unknown, options: CallerOptions): Fields => {
  const identity = identityOf(event);
  const clientCert = Object.fromEntries(Object.entries(identity).filter(([name]) => name.startsWith('x509')));
  const userArn = textOf(identity['principal']);
  if (!userArn && (Object.keys(clientCert).length > 0 || identity['type'] === 'AWS_IAM')) {
    throw unreadableCaller('The VPC Lattice identity of this request', identity, scopeCure);
  }
  return { ...iamCaller({ userArn }, options), ...(Object.keys(clientCert).length > 0 && { clientCert }) };
};

/** Both spellings under one name: `x509SubjectCn` of the request context, `X509Subject/CN` of the header. */
const identityOf = (event: unknown): Fields => {
  const context = Object.entries(asObject(field(field(event, 'requestContext'), 'identity')));
  const header = headerValues(event, 'x-amzn-lattice-identity').flatMap((value) => value.split(';').map(pairOf));
  const identity: Record<string, unknown> = {};
  for (const [name, value] of [...context, ...header]) {
    const plain = name.toLowerCase().replace(/\W/g, '');
    if (textOf(value)) identity[plain] ??= value;
  }
  return identity;
};

const pairOf = (text: string): [string, string] => {
  const [name = '', ...value] = text.trim().split('=');
  return [name, value.join('=')];
};
