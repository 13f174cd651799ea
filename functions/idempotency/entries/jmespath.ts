export { fromJmesPath, type JmesPathOptions } from '../addons/jmespath/from-jmes-path.ts';
