import { expired, free, leaseOver, mine, remember } from './rules.ts';
import { script } from './script.ts';

/** Answers how it went, and with the record that it found. An `owner` is the holder whose claim is settled. */
export const resolve = script(
  ['owner', 'fence', 'nowMs', 'now', 'expiresAt', 'as', 'result', 'encoding', 'thrown'],
  ['resolved', 'busy', 'settled', 'absent'],
  `
if #flat == 0 or f.status == 'CONSUMED' or ${expired} then return { 'absent', flat } end
local held = ${leaseOver}
if owner ~= '' then held = ${mine} end
if as == 'completed' and (held or f.status == 'RELEASED') then${remember('now')}
elseif as == 'released' and held then${free('now')}
  redis.call('HSET', key, 'ended', f.attempt, 'previous', 'crashed')
else
  return { f.status == 'IN_PROGRESS' and 'busy' or 'settled', flat }
end
redis.call('HDEL', key, 'owner', 'fence')
return { 'resolved', flat }`,
);
