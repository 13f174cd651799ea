/**
 * Whether Lambda loads the function now. Not SnapStart's, where connections don't survive the snapshot; nor inside an invocation, which would wait for it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const isLambdaInit = (): boolean => {
  const { AWS_LAMBDA_INITIALIZATION_TYPE: type, _X_AMZN_TRACE_ID: invocation } = process.env;
  return (type === 'on-demand' || type === 'provisioned-concurrency') && !invocation;
};
