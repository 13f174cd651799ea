export { type S3OverflowOptions, s3Overflow } from '../addons/s3/s3-overflow.ts';
