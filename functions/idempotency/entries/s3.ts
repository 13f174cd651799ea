/**
 * Results that are too large for an item, in S3.
 *
 * @module middy-idempotency/s3
 */

export { type S3OverflowOptions, s3Overflow } from '../addons/s3/s3-overflow.ts';
