export { type S3OverflowOptions, s3Overflow } from './s3-overflow.ts';
