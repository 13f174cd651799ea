import { expired, free, markUndone, mine, sweep, tookOver } from './rules.ts';
import { script } from './script.ts';

export const undo = script(
  ['owner', 'try', 'fence', 'from', 'now', 'expiresAt'],
  ['undone'],
  `
if #flat == 0 or (from == 'absent' and ${expired}) then
  if from == 'issued' then return 'undone' end
  redis.call('DEL', key)
  redis.call('HSET', key, 'status', 'RELEASED', 'attempt', 0, 'ended', 0, 'expiresAt', expiresAt, 'undone', f.undone or ' ')${markUndone}${sweep('now')}
  return 'undone'
end
if f.status == 'COMPLETED' then return 'undone' end${markUndone}
if not ${mine} or (f.claimedBy or '') ~= fence then return 'undone' end
local attempt = f.attempt - 1
redis.call('HDEL', key, 'owner', 'fence', 'claimedBy')
redis.call('HSET', key, 'attempt', attempt)
if ${tookOver} then
  redis.call('HSET', key, 'leaseExpiresAt', 0)
  return 'undone'
end${free('now')}
redis.call('HSET', key, 'ended', attempt)
if not f.previous then redis.call('HDEL', key, 'fingerprint') end
return 'undone'`,
);
