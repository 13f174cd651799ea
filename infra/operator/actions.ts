/** The IAM actions that each command needs on its table. A customer-managed key of the table needs `kms:Decrypt` besides. */
export const actions = {
  find: ['DescribeTable', 'Scan', 'GetItem'],
  show: ['DescribeTable', 'GetItem'],
  list: ['DescribeTable', 'Scan'],
  stats: ['DescribeTable', 'Scan'],
  watch: ['DescribeTable', 'GetItem', 'Scan'],
  release: ['DescribeTable', 'GetItem', 'UpdateItem', 'DeleteItem'],
  complete: ['DescribeTable', 'GetItem', 'UpdateItem'],
  forget: ['DescribeTable', 'GetItem', 'DeleteItem'],
  /** It asks the API alone. */
  check: [],
  guards: ['DescribeTable', 'Scan', 'GetItem', 'ConditionCheckItem', 'PutItem', 'DeleteItem'],
} as const satisfies Record<string, readonly string[]>;

export type CommandName = keyof typeof actions;

export const actionsText = (command: CommandName): string =>
  actions[command].map((action) => `dynamodb:${action}`).join(', ') || 'nothing of AWS';
