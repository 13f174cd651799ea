/**
 * The protocol's rules as conditions of DynamoDB: `#name` is a record's attribute, `:name` a value of the request.
 *
 * ```
 *  absent ──claim──▶ IN_PROGRESS ───complete──▶ COMPLETED ──expiresAt──▶ as good as absent
 *                    │    ▲    ▲
 *            release │    │    └─ claim: leaseOver, samePayload
 *                    ▼    │
 *                 RELEASED┘ claim: samePayload, notUndone
 *
 *  ISSUED ──claim──▶ IN_PROGRESS … as above; a release leads back to ISSUED
 *     │   tokenExpiresAt: from here on it is as unknown as one that was never issued
 *     └─consume─▶ absent
 * ```
 *
 * What has expired may still lie in the table: the database deletes it when it finds the time.
 */

/** Nobody has claimed the operation. */
export const neverWritten = 'attribute_not_exists(#id)';

/** A claim that must not be taken over has no time to expire. */
export const unexpired = '(attribute_not_exists(#expiresAt) OR #expiresAt > :now)';
export const expired = '#expiresAt <= :now';

/** A token that nobody has used, or whose run failed. */
export const issued = '#status = :issued AND #tokenExpiresAt > :now';

export const released = '#status = :released';

/** The owner went silent. */
export const leaseOver = '#status = :inProgress AND #leaseExpiresAt <= :nowMs';

/** A record that knows what was asked may only be claimed for the same. */
export const samePayload = '(attribute_not_exists(#fingerprint) OR #fingerprint = :fingerprint)';

/** A claim that was taken back has no effect when it arrives after all. */
export const notUndone = 'NOT contains(#undone, :try)';

/** Only the owner writes: what completes or releases a record carries this. */
export const mine = '#owner = :owner AND #status = :inProgress';

/** In a durable execution, only the try that resumed last. */
export const myTry = `${mine} AND #fence = :fence`;

/** Only the try that made a claim takes it back, not one that resumed it, and not once another one has. */
export const claimedByMe = `${myTry} AND #claimedBy = :fence`;
