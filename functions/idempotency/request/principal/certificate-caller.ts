import { X509Certificate } from 'node:crypto';
import type { Fields } from '../../base/fields.ts';
import { scopeCure, unreadableCaller } from './unreadable-caller.ts';

/**
 * Whose client certificate it is: subject and issuer, which a renewed certificate keeps. The URIs among its alternative names
 * count too, because SPIFFE identifies workloads by nothing else. Of a certificate that can't be read, its whole text counts: nobody knows
 * what else is in it.
 *
 * @throws {TypeError} when the certificate has no subject
 * @see https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md
 */
export const certificateCaller = (subject?: string, issuer?: string, pem = ''): Fields => {
  const { uris, ...unread } = pem ? urisOf(pem) : {};
  if (!issuer || !(subject || uris)) {
    throw unreadableCaller('The client certificate of this request', { subject, issuer }, scopeCure);
  }
  return { clientCert: { ...(subject && { subject }), issuer, ...(uris && { uris }), ...unread } };
};

const urisOf = (pem: string): { uris?: string[]; pem?: string } => {
  try {
    // Node writes a name in quotes that has commas in it: what is in them is no name of its own.
    const names = new X509Certificate(pem).subjectAltName?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
    const uris = names.map((name) => name.trim()).filter((name) => name.startsWith('URI:'));
    return uris.length > 0 ? { uris: uris.sort() } : {};
  } catch {
    return { pem };
  }
};
