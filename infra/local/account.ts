/** What stands in for an AWS account: no request signed with it is ever sent to AWS. */
export const account = {
  id: '000000000000',
  region: 'eu-central-1',
  partition: 'aws',
  urlSuffix: 'amazonaws.com',
  /** Stands for where the API is to listen. */
  apiEndpoint: 'https://api.execute-api.eu-central-1.amazonaws.com',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

export function functionArn(name: string): string {
  return `arn:${account.partition}:lambda:${account.region}:${account.id}:function:${name}`;
}

export function tableArn(name: string): string {
  return `arn:${account.partition}:dynamodb:${account.region}:${account.id}:table/${name}`;
}
