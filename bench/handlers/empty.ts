export { pay as handler } from './pay.ts';
