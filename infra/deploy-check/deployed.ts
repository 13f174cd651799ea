import { DescribeTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { region } from './account-environment.ts';

/** What is deployed to the emulator. */
export function deployed(endpoint: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });

  /** A request of AWS's query protocol: the emulator tells services apart by the scope, and checks no signature. */
  const query = async (service: string, parameters: Record<string, string>): Promise<string> => {
    const scope = `${credentials.accessKeyId}/20260101/${region}/${service}/aws4_request`;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
      body: new URLSearchParams(parameters),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${service} ${parameters['Action']}: ${response.status} ${text}`);
    return text;
  };

  const iam = (Action: string, parameters: Record<string, string> = {}) =>
    query('iam', { Action, Version: '2010-05-08', ...parameters });

  return {
    tables: async (): Promise<string[]> => (await dynamodb.send(new ListTablesCommand())).TableNames ?? [],

    /** Key and billing of the table whose name contains this. */
    table: async (part: string) => {
      const { TableNames = [] } = await dynamodb.send(new ListTablesCommand());
      const TableName = TableNames.find((name) => name.includes(part));
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      return { key: Table?.KeySchema, billing: Table?.BillingModeSummary?.BillingMode };
    },

    /** The DynamoDB actions that the policies of the role whose name contains this allow. */
    actions: async (part: string): Promise<string[]> => {
      const role = namesIn(await iam('ListRoles'), 'RoleName').find((name) => name.includes(part)) ?? '';
      const policies = namesIn(await iam('ListRolePolicies', { RoleName: role }), 'member');
      const documents = await Promise.all(
        policies.map((PolicyName) => iam('GetRolePolicy', { RoleName: role, PolicyName })),
      );
      const statements: { Action: string | string[] }[] = documents
        .flatMap((document) => namesIn(document, 'PolicyDocument'))
        .flatMap((document) => JSON.parse(decodeURIComponent(document)).Statement);
      const allowed = statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('dynamodb:'));
      return [...new Set(allowed)].sort();
    },

    roles: async (part: string): Promise<string[]> =>
      namesIn(await iam('ListRoles'), 'RoleName').filter((name) => name.includes(part)),
  };
}

const namesIn = (xml: string, element: string): string[] =>
  [...xml.matchAll(new RegExp(`<${element}>([^<]+)</${element}>`, 'g'))].map(([, name = '']) => name);
