import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { tableArn } from '../../../infra/local/account.ts';
import type { IamRequest } from './evaluate.ts';

type Attributes = Record<string, AttributeValue>;

interface Input {
  TableName: string;
  Key?: Attributes;
  Item?: Attributes;
  ReturnValues?: string;
  TransactItems?: TransactWriteItem[];
}

export type DescribeTable = (tableName: string) => { name: string; partitionKey: string };

/** The action that IAM asks for by the name of each part: a transaction has none of its own. */
const actionsOfParts = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/**
 * What IAM is asked about one call to DynamoDB.
 *
 * @param describe - What a table is called where the policy comes from, and its partition key.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function requestsOf(call: string, input: Input, describe: DescribeTable): IamRequest[] {
  if (call === 'TransactWriteItems') {
    return (input.TransactItems ?? []).flatMap((part) =>
      Object.entries(part).map(([kind, of]) =>
        requestOf(actionsOfParts[kind as keyof typeof actionsOfParts], of as Input, describe),
      ),
    );
  }
  return [requestOf(call, input, describe)];
}

function requestOf(action: string, input: Input, describe: DescribeTable): IamRequest {
  const { TableName, Key, Item = Key, ReturnValues } = input;
  const { name, partitionKey } = describe(TableName);
  const leadingKey = Item?.[partitionKey]?.S;
  return {
    action: `dynamodb:${action}`,
    resource: tableArn(name),
    context: {
      ...(leadingKey !== undefined && { 'dynamodb:LeadingKeys': [leadingKey] }),
      ...(ReturnValues !== undefined && { 'dynamodb:ReturnValues': [ReturnValues] }),
    },
  };
}
