import { again, expired, issued, leaseOver, samePayload, sweep, undone } from './rules.ts';
import { script } from './script.ts';

/** Answers how it went, and with the record that it found. */
export const claim = script(
  [
    'owner',
    'try',
    'fence',
    'fingerprint',
    'keyHash',
    'requestId',
    'nowMs',
    'now',
    'leaseExpiresAt',
    'expiresAt',
    'from',
    'takeOver',
  ],
  ['taken', 'own', 'refused'],
  `
local expired = ${expired}
local over = ${leaseOver}
local undone = ${undone}
local anew = from == 'absent' and (#flat == 0 or expired)
local free = f.status == 'RELEASED'
if from == 'issued' then free = ${issued} end
if anew then
  if expired then redis.call('DEL', key) end
  f, flat = {}, {}
elseif not expired and (free or (over and takeOver == 'true')) and not undone and ${samePayload} then
  redis.call('HDEL', key, 'fence', 'claimedBy', 'requestId', 'expiresAt')
else
  local own = f.status == 'IN_PROGRESS' and f.owner == owner and f.fingerprint == fingerprint
  if not own or over or ((f.fence or '') ~= fence and undone) then return { 'refused', flat } end${again}
  if fence ~= '' then redis.call('HSET', key, 'fence', fence) end
  return { 'own', flat }
end
local set = { 'status', 'IN_PROGRESS', 'owner', owner, 'fingerprint', fingerprint, 'keyHash', keyHash,
  'attempt', (f.attempt or 0) + 1, 'leaseExpiresAt', leaseExpiresAt, 'claimedAt', nowMs }
local function also(name, value)
  if value ~= '' then
    set[#set + 1] = name
    set[#set + 1] = value
  end
end
also('fence', fence)
also('claimedBy', fence)
also('requestId', requestId)
also('expiresAt', expiresAt)
redis.call('HSET', key, unpack(set))${sweep('now')}
return { 'taken', flat }`,
);
