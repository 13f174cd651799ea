import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse as parseHcl } from '@cdktn/hcl2json';
import { expect, test } from 'vitest';
import { parse as parseYaml, type ScalarTag } from 'yaml';
import { IdempotencyTable } from '../../infra/idempotency-table.ts';
import { createFunction, synthesizeWith } from './constructs.ts';

/** What must be alike, whichever tool sets it up. */
interface SetUp {
  key: unknown;
  attributes: unknown;
  billing: unknown;
  timeToLive: unknown;
  pointInTimeRecovery: boolean;
  grants: unknown;
  table: unknown;
  node: number;
}

const page = readFileSync(join(import.meta.dirname, '../../docs/without-the-cdk.md'), 'utf8');

/** The block of code under a heading of the page. */
const snippet = (heading: string): string => {
  const block = new RegExp(`^## ${heading}\\n[^#]*?\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``, 'm').exec(page)?.[1];
  if (block === undefined) throw new Error(`The page has no block of code under ${heading}.`);
  return block;
};

const tags: ScalarTag[] = [
  { tag: '!Ref', resolve: (text) => ({ Ref: text }) },
  { tag: '!GetAtt', resolve: (text) => ({ 'Fn::GetAtt': text.split('.') }) },
];

/** As Terraform's parser leaves an expression. */
const reference = (name: string) => `\${${name}}`;

// biome-ignore lint/suspicious/noExplicitAny: templates of other tools, as they are
type Template = any;

const yamlOf = (heading: string): Template => parseYaml(snippet(heading), { customTags: tags });

const nodeOf = (runtime: string): number => Number(/^nodejs(\d+)\.x$/.exec(runtime)?.[1]);

/** What a template of CloudFormation says about its one table, without its logical id. */
const ofTemplate = (
  resources: Template,
  { statements, variables, runtime }: { statements: Template[]; variables: Template; runtime: string },
): SetUp => {
  const tables = Object.entries<Template>(resources).filter(([, { Type }]) => Type === 'AWS::DynamoDB::Table');
  expect(tables).toHaveLength(1);
  const [[id = '', { Properties: table }] = ['', {}]] = tables;
  const anonymous = (value: unknown) => JSON.parse(JSON.stringify(value).replaceAll(`"${id}"`, '"the table"'));
  return anonymous({
    key: table.KeySchema,
    attributes: table.AttributeDefinitions,
    billing: table.BillingMode,
    timeToLive: table.TimeToLiveSpecification,
    pointInTimeRecovery: table.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
    grants: statements.map(({ Effect, Action, Resource, Condition = null }) => ({
      ...{ Effect, Action: [Action].flat(), Resource, Condition },
    })),
    table: variables.IDEMPOTENCY_TABLE,
    node: nodeOf(runtime),
  });
};

const synthesized = (): SetUp => {
  const { Resources } = synthesizeWith((stack) => {
    new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'));
  }).toJSON();
  const ofType = (type: string): Template =>
    Object.values<Template>(Resources).find(({ Type }) => Type === type)?.Properties;
  const { Environment, Runtime } = ofType('AWS::Lambda::Function');
  const statements = ofType('AWS::IAM::Policy').PolicyDocument.Statement;
  return ofTemplate(Resources, { statements, variables: Environment.Variables, runtime: Runtime });
};

const wanted = synthesized();

test('what the construct synthesizes is what the snippets are compared with', () => {
  expect(wanted).toEqual({
    key: [{ AttributeName: 'id', KeyType: 'HASH' }],
    attributes: [{ AttributeName: 'id', AttributeType: 'S' }],
    billing: 'PAY_PER_REQUEST',
    timeToLive: { AttributeName: 'expiresAt', Enabled: true },
    pointInTimeRecovery: false,
    grants: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:UpdateItem'],
        Resource: { 'Fn::GetAtt': ['the table', 'Arn'] },
        Condition: null,
      },
    ],
    table: { Ref: 'the table' },
    node: 24,
  });
});

test('G183: the snippet for AWS SAM sets up what the construct does', () => {
  const { Resources } = yamlOf('AWS SAM');
  const { Policies, Environment, Runtime } = Resources.Pay.Properties;
  const statements = Policies.flatMap(({ Statement }: Template) => Statement);

  expect(ofTemplate(Resources, { statements, variables: Environment.Variables, runtime: Runtime })).toEqual(wanted);
});

test('G183: the snippet for the Serverless Framework sets up what the construct does', () => {
  const { provider, resources } = yamlOf('Serverless Framework');
  const { environment: variables, runtime } = provider;
  const { statements } = provider.iam.role;

  expect(ofTemplate(resources.Resources, { statements, variables, runtime })).toEqual(wanted);
});

test('G183: the snippet for Terraform sets up what the construct does', async () => {
  const { resource, data } = (await parseHcl('main.tf', snippet('Terraform and OpenTofu'))) as Template;
  const [table] = resource.aws_dynamodb_table.idempotency;
  const [fn] = resource.aws_lambda_function.pay;
  const [{ role, policy }] = resource.aws_iam_role_policy.pay;
  const meanings = new Map<string, unknown>([
    [reference('aws_dynamodb_table.idempotency.name'), { Ref: 'the table' }],
    [reference('aws_dynamodb_table.idempotency.arn'), { 'Fn::GetAtt': ['the table', 'Arn'] }],
  ]);

  expect([role, policy, fn.role]).toEqual([
    reference('aws_iam_role.pay.id'),
    reference('data.aws_iam_policy_document.pay.json'),
    reference('aws_iam_role.pay.arn'),
  ]);
  expect({
    key: [{ AttributeName: table.hash_key, KeyType: 'HASH' }],
    attributes: table.attribute.map(({ name, type }: Template) => ({ AttributeName: name, AttributeType: type })),
    billing: table.billing_mode,
    timeToLive: { AttributeName: table.ttl[0].attribute_name, Enabled: table.ttl[0].enabled },
    pointInTimeRecovery: table.point_in_time_recovery?.[0].enabled ?? false,
    grants: data.aws_iam_policy_document.pay[0].statement.map(
      ({ effect = 'Allow', actions, resources, condition = null }: Template) => ({
        ...{ Effect: effect, Action: actions, Resource: meanings.get(resources[0]), Condition: condition },
      }),
    ),
    table: meanings.get(fn.environment[0].variables.IDEMPOTENCY_TABLE),
    node: nodeOf(fn.runtime),
  }).toEqual(wanted);
});

test('G183: the snippet for SST sets up what the construct does', () => {
  const made: { table?: Template; fn?: Template } = {};

  /** What SST makes of its arguments. @see sst/sst, platform/src/components/aws/dynamo.ts */
  class Dynamo {
    readonly name = { Ref: 'the table' };
    readonly arn = { 'Fn::GetAtt': ['the table', 'Arn'] };

    constructor(_id: string, { fields, primaryIndex, ttl, transform }: Template) {
      made.table = {
        key: [{ AttributeName: primaryIndex.hashKey, KeyType: 'HASH' }],
        attributes: Object.keys(fields).map((name) => ({
          ...{ AttributeName: name, AttributeType: fields[name] === 'string' ? 'S' : fields[name] },
        })),
        billing: 'PAY_PER_REQUEST',
        timeToLive: { AttributeName: ttl, Enabled: true },
        pointInTimeRecovery: { enabled: true, ...transform?.table?.pointInTimeRecovery }.enabled,
      };
    }
  }

  class Lambda {
    constructor(_id: string, { environment, permissions, runtime }: Template) {
      made.fn = {
        grants: permissions.map(({ effect = 'allow', actions, resources, conditions = null }: Template) => ({
          ...{ Effect: effect === 'allow' ? 'Allow' : effect, Action: actions },
          ...{ Resource: resources[0], Condition: conditions },
        })),
        table: environment.IDEMPOTENCY_TABLE,
        node: nodeOf(runtime),
      };
    }
  }

  runInNewContext(snippet('SST'), { sst: { aws: { Dynamo, Function: Lambda } } });
  // Into this realm, whose arrays `toEqual` knows.
  expect(JSON.parse(JSON.stringify({ ...made.table, ...made.fn }))).toEqual(wanted);
});
