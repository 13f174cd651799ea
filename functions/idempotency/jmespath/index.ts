export { fromJmesPath, type JmesPathOptions } from './from-jmes-path.ts';
