import { again, begun, free, markUndone, mine } from './rules.ts';
import { script } from './script.ts';

export const release = script(
  ['owner', 'try', 'fence', 'stray', 'end_', 'worst', 'expiresAt'],
  ['written', 'lost'],
  `
if f.owner == owner and (f.status == 'RELEASED' or f.status == 'ISSUED') then${again}
  return 'written'
end
if not ${mine} then return 'lost' end
if stray == 'true' then${markUndone}
end
if end_ == 'unknown' then
  redis.call('HSET', key, 'leaseExpiresAt', 0)
  return 'written'
end${free(begun)}
redis.call('HSET', key, 'ended', f.attempt)
if worst == '' then redis.call('HDEL', key, 'fingerprint') else redis.call('HSET', key, 'previous', worst) end
return 'written'`,
);
