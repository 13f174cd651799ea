/** What a user must be allowed to do, as docs/redis.md has it. */
export const aclRule = '~idempotency:* -@all +evalsha +eval +hgetall +hset +hdel +del +expire +persist';
