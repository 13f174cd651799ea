/** A name of its own for every attribute of a record; some are reserved words of DynamoDB. */
export const otherAttributes = {
  status: 'state',
  owner: 'by',
  attempt: 'try',
  attempts: 'tries',
  leaseExpiresAt: 'until',
  expiresAt: 'ttl',
  tokenExpiresAt: 'token-until',
  fingerprint: 'hash',
  encoding: 'format',
  result: 'data',
  thrown: 'error',
};
