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
  return { ...fieldsOf(headerValues(event, 'x-amzn-lattice-identity').join(';')), ...fieldsFrom(told) };
};

const namesOfParts = /^(principal|principalorgid|sessionname|sourcevpc(arn)?|type|x509\w+)$/;

/** @throws {TypeError} when a part is no pair, of a name that another has, or of none that is known: a `;` in a value looks like that */
const fieldsOf = (header: string): Readonly<Record<string, string>> => {
  const pairs = header
    .split(';')
    .filter((part) => part.trim())
    .map((part) => part.trim().split(/=(.*)/s));
  const fields = fieldsFrom(pairs);
  const names = Object.keys(fields);
  const isReadable =
    !header.includes('\\;') &&
    pairs.every(([, value]) => value !== undefined) &&
    names.every((name) => namesOfParts.test(name)) &&
    names.length === pairs.filter(([, value]) => value).length;
  if (isReadable) return fields;
  throw unreadableCaller('The VPC Lattice identity of this request', fields, scopeCure);
};

const fieldsFrom = (pairs: readonly (readonly (string | undefined)[])[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pairs.flatMap(([name = '', value]) => (value ? [[name.toLowerCase().replace(/\W/g, ''), value]] : [])),
  );
