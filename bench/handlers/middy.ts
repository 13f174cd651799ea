import middy from '@middy/core';
import { pay } from './pay.ts';

export const handler = middy(pay);
