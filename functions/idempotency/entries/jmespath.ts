/**
 * Keys by JMESPath expressions.
 *
 * @module middy-idempotency/jmespath
 */

export { fromJmesPath, type JmesPathOptions } from '../addons/jmespath/from-jmes-path.ts';
