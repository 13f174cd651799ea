/**
 * The protocol's rules as the scripts have them. They are those of `dynamodb/conditions.ts`, which draws the states that they lead through.
 *
 * What has expired by the request's clock may still be there: the server deletes it later, by its own. It is told how long that is, not
 * when, since its clock may be another.
 */

/** How long what has expired stays, for clocks that differ, and who used up a token, so that its own retry is recognised. */
const graceSeconds = 600;

/** A claim that must not be taken over has no time to expire. */
export const expired = '(f.expiresAt and tonumber(f.expiresAt) <= tonumber(now))';

/** A token that nobody has used, or whose run failed. */
export const issued = "(f.status == 'ISSUED' and tonumber(f.tokenExpiresAt) > tonumber(now))";

/** The owner went silent. */
export const leaseOver = "(f.status == 'IN_PROGRESS' and tonumber(f.leaseExpiresAt) <= tonumber(nowMs))";

/** A record that knows what was asked may only be claimed for the same. */
export const samePayload = '(not f.fingerprint or f.fingerprint == fingerprint)';

/** A claim that was taken back has no effect when it arrives after all. */
export const undone = "string.find(f.undone or '', ' ' .. try .. ' ', 1, true)";

/** Only the owner writes; in a durable execution, only the try that resumed last. */
export const mine = "(f.status == 'IN_PROGRESS' and f.owner == owner and (fence == '' or f.fence == fence))";

/** The last claim found another one whose owner had gone silent. */
export const tookOver = '(tonumber(f.ended or 0) < tonumber(f.attempt or 1) - 1)';

/** Keeps a claim of this try from having an effect. */
export const markUndone = `
if not ${undone} then redis.call('HSET', key, 'undone', (f.undone or ' ') .. try .. ' ') end`;

/** A released record lives as long as a new one; a token until it would have expired anyway. */
export const free = (since: string): string => `
local untilSeconds = f.tokenExpiresAt or expiresAt
redis.call('HSET', key, 'status', f.tokenExpiresAt and 'ISSUED' or 'RELEASED', 'expiresAt', untilSeconds)
redis.call('HDEL', key, 'leaseExpiresAt', 'fence', 'claimedBy')
redis.call('EXPIRE', key, math.ceil(untilSeconds - ${since}) + ${graceSeconds})`;

/** When the run began: what is remembered of it is deleted later than it might be, by as long as it ran. */
export const begun = 'f.claimedAt / 1000';

/** Lets the server delete the record some time after it has expired, or never. */
export const sweep = (since: string): string => `
if expiresAt == '' then redis.call('PERSIST', key)
else redis.call('EXPIRE', key, math.ceil(expiresAt - ${since}) + ${graceSeconds}) end`;

/** Uses up a token for good: what is left tells who it was, and nothing else. */
export const use = `
redis.call('DEL', key)
redis.call('HSET', key, 'status', 'CONSUMED', 'owner', owner)
redis.call('EXPIRE', key, ${graceSeconds})`;

/** What recognises its own earlier write writes too, so that replicas can be waited for: it stands behind that write. */
export const again = `
redis.call('HSET', key, 'owner', owner)`;

/** Remembers a result; what a completed record no longer needs goes. */
export const remember = (since: string): string => `
redis.call('HDEL', key, 'leaseExpiresAt', 'claimedBy', 'ended', 'previous', 'undone')
redis.call('HSET', key, 'status', 'COMPLETED', 'result', result, 'expiresAt', expiresAt)
if encoding ~= '' then redis.call('HSET', key, 'encoding', encoding) end
if thrown ~= '' then redis.call('HSET', key, 'thrown', thrown) end${sweep(since)}`;
