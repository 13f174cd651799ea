/**
 * The protocol's rules as conditions of DynamoDB: `#name` is a record's attribute, `:name` a value of the request.
 *
 * ```
 *  absent ──claim──▶ IN_PROGRESS ──complete──▶ COMPLETED ──expiresAt──▶ absent
 *                    │   leaseExpiresAt: from here on it may be taken over (leaseOver)
 *                    └─release─▶ absent
 *
 *  ISSUED ──claim──▶ IN_PROGRESS ── … as above; a release leads back to ISSUED
 *     │   tokenExpiresAt: from here on it is as unknown as one that was never issued
 *     └─consume─▶ CONSUMED
 * ```
 *
 * What has expired may still lie in the table: the database deletes it when it finds the time.
 */

/** Nobody has claimed the operation, or that was too long ago. */
export const absent = 'attribute_not_exists(#id) OR #expiresAt <= :now';

export const neverWritten = 'attribute_not_exists(#id)';

export const unexpired = '#expiresAt > :now';

/** A token that nobody has used. */
export const issued = '#status = :issued AND #tokenExpiresAt > :now';

/** Only the owner writes: what completes or releases a record carries this. */
export const mine = '#owner = :owner AND #status = :inProgress';

/** The owner went silent. */
export const leaseOver = '#status = :inProgress AND #leaseExpiresAt <= :nowMs';

/** A record that knows what was asked may only be claimed for the same. */
export const samePayload = '(attribute_not_exists(#fingerprint) OR #fingerprint = :fingerprint)';
