import { again, issued, sweep, use } from './rules.ts';
import { script } from './script.ts';

export const issue = script(
  ['keyHash', 'now', 'expiresAt'],
  ['issued', 'doubtful'],
  `
if #flat > 0 then return 'doubtful' end
redis.call('HSET', key, 'status', 'ISSUED', 'keyHash', keyHash, 'expiresAt', expiresAt, 'tokenExpiresAt', expiresAt)${sweep('now')}
return 'issued'`,
);

export const consume = script(
  ['owner', 'now'],
  ['consumed', 'refused'],
  `
if f.status == 'CONSUMED' and f.owner == owner then${again}
  return 'consumed'
end
if not ${issued} then return 'refused' end${use}
return 'consumed'`,
);
