import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  Alias,
  Code,
  DockerImageCode,
  DockerImageFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
  SingletonFunction,
  Version,
} from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { type AnyFunction, IdempotencyTable, type Use } from '../../infra/idempotency-table.ts';
import { createFunction, synthesizeWith } from './constructs.ts';
import { permissions } from './permissions.ts';
import { synthesize } from './synthesize.ts';

const del = 'dynamodb:DeleteItem';
const get = 'dynamodb:GetItem';
const update = 'dynamodb:UpdateItem';

describe('attach', () => {
  test('tells the function the name of the table and keeps its other variables', () => {
    const template = synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay', { PROVIDER: 'acme' });
      new IdempotencyTable(stack, 'Idempotency').attach(fn);
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { PROVIDER: 'acme', IDEMPOTENCY_TABLE: { Ref: Match.stringLikeRegexp('^IdempotencyTable') } },
      },
    });
  });

  const [del, get, put, update] = ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'].map(
    (action) => `dynamodb:${action}`,
  );

  test.for<[uses: Use[], actions: unknown[]]>([
    [[], [update]],
    [['idempotencyKey'], [update]],
    [['makeIdempotent'], [update]],
    [['singleUseToken'], [del]],
    [['retainResult'], [update]],
    [['issueToken'], [put]],
    [['uniqueIndex'], [put]],
    [['wait'], [get, update]],
    [['readFirst'], [get, update]],
    [['resolve'], [update]],
    [['powertoolsRecords'], [del, put, update]],
    [
      ['issueToken', 'singleUseToken'],
      [del, put],
    ],
    [
      ['uniqueIndex', 'readFirst'],
      [get, put],
    ],
    [
      ['uniqueIndex', 'readFirst', 'idempotencyKey'],
      [get, put, update],
    ],
    [
      ['retainResult', 'wait'],
      [get, update],
    ],
  ])('grants for %j exactly %j on exactly this table', ([uses, actions]) => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), ...uses);
    });

    expect(permissions(template)['Pay']).toEqual({ IdempotencyTable: actions });
  });

  test('adds the uses of a second call', () => {
    const template = synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay');
      new IdempotencyTable(stack, 'Idempotency').attach(fn, 'issueToken').attach(fn, 'singleUseToken');
    });

    expect(permissions(template)['Pay']).toEqual({
      IdempotencyTable: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
    });
  });

  test('gives each of several functions its own uses only', () => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency')
        .attach(createFunction(stack, 'Getkey'), 'issueToken')
        .attach(createFunction(stack, 'Pay'), 'singleUseToken');
    });

    expect(permissions(template)).toEqual({
      Getkey: { IdempotencyTable: ['dynamodb:PutItem'] },
      Pay: { IdempotencyTable: ['dynamodb:DeleteItem'] },
    });
  });

  test("lets the function decrypt with the table's own key", () => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency', {
        encryption: TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: new Key(stack, 'RecordKey'),
      }).attach(createFunction(stack, 'Pay'), 'issueToken');
    });

    expect(permissions(template)['Pay']).toEqual({
      IdempotencyTable: ['dynamodb:PutItem'],
      RecordKey: ['kms:Decrypt'],
    });
  });

  test('serves the functions of another stack', () => {
    const template = synthesize((app) => {
      const idempotency = new IdempotencyTable(new Stack(app, 'Data'), 'Idempotency');
      const stack = new Stack(app, 'Functions');
      const pay = createFunction(stack, 'Pay');
      idempotency.attach(pay).attach(pay, 'issueToken');
      return stack;
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { IDEMPOTENCY_TABLE: { 'Fn::GetStackOutput': Match.objectLike({ StackName: 'Data' }) } },
      },
    });
  });

  test('refuses a function that another IdempotencyTable has, by name and with the cure', () => {
    synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay');
      new IdempotencyTable(stack, 'First').attach(fn);
      const second = new IdempotencyTable(stack, 'Second');

      expect(() => second.attach(fn)).toThrow(
        /^Test\/Pay already has IDEMPOTENCY_TABLE = \{"Ref":"FirstTable\w+"\}.* Test\/Second.*dynamoDBStore\(\{ tableName \}\)/,
      );
    });
  });

  test('refuses a function whose IDEMPOTENCY_TABLE was set by hand to another table, and grants it nothing', () => {
    const template = synthesizeWith((stack) => {
      const other = new Table(stack, 'Other', { partitionKey: { name: 'id', type: AttributeType.STRING } });
      const fn = createFunction(stack, 'Pay', { IDEMPOTENCY_TABLE: other.tableName });

      expect(() => new IdempotencyTable(stack, 'Idempotency').attach(fn)).toThrow(/\{"Ref":"Other\w+"\}/);
    });

    expect(permissions(template)['Pay']).toEqual({});
  });

  test('accepts a function whose IDEMPOTENCY_TABLE was set by hand to this table', () => {
    synthesizeWith((stack) => {
      const idempotency = new IdempotencyTable(stack, 'Idempotency', { tableName: 'records' });
      const fn = createFunction(stack, 'Pay', { IDEMPOTENCY_TABLE: idempotency.table.tableName });

      expect(idempotency.attach(fn)).toBe(idempotency);
    });
  });

  test('refuses a use and an option that are unknown, by name and with those that there are', () => {
    synthesizeWith((stack) => {
      const idempotency = new IdempotencyTable(stack, 'Idempotency');
      const fn = createFunction(stack, 'Pay');

      // @ts-expect-error unknown
      expect(() => idempotency.attach(fn, 'idempotencykey')).toThrow(
        /unknown use "idempotencykey". Known uses: idempotencyKey, issueToken, /,
      );
      // @ts-expect-error inherited by every object
      expect(() => idempotency.attach(fn, 'toString')).toThrow(/unknown use "toString"/);
      // @ts-expect-error unknown
      expect(() => idempotency.attach(fn, { nameSpace: 'pay' })).toThrow(
        /unknown option `nameSpace`. Known options: namespace, overflow/,
      );
    });
  });

  test.for([Runtime.NODEJS_20_X, Runtime.NODEJS_18_X, Runtime.PYTHON_3_13])(
    'refuses the runtime $name, and grants nothing',
    (runtime) => {
      const template = synthesizeWith((stack) => {
        const fn = createFunction(stack, 'Pay', {}, { runtime });
        const idempotency = new IdempotencyTable(stack, 'Idempotency');

        expect(() => idempotency.attach(fn.currentVersion)).toThrow(`has the runtime ${runtime.name}, `);
      });

      expect(permissions(template)['Pay']).toEqual({});
    },
  );

  test.for([Runtime.NODEJS_22_X, Runtime.NODEJS_24_X, Runtime.NODEJS_LATEST, Runtime.PROVIDED_AL2023])(
    'takes the runtime $name',
    (runtime) => {
      const template = synthesizeWith((stack) => {
        const code = Code.fromBucket(Bucket.fromBucketName(stack, 'Code', 'code'), 'pay.zip');
        new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay', {}, { runtime, code }));
      });

      expect(permissions(template)['Pay']).toEqual({ IdempotencyTable: [update] });
    },
  );

  test('takes a function of a container image, whose runtime nobody knows', () => {
    const template = synthesizeWith((stack) => {
      const code = DockerImageCode.fromEcr(Repository.fromRepositoryName(stack, 'Repository', 'pay'));
      new IdempotencyTable(stack, 'Idempotency').attach(new DockerImageFunction(stack, 'Pay', { code }));
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDEMPOTENCY_TABLE: Match.anyValue() } },
    });
  });

  test.for<[place: string, env: { region?: string; account?: string }]>([
    ['region eu-west-1', { region: 'eu-west-1', account: '111111111111' }],
    ['account 222222222222', { region: 'eu-central-1', account: '222222222222' }],
  ])('refuses a function of another place, the %s', ([place, env]) => {
    synthesize((app) => {
      const home = new Stack(app, 'Home', { env: { region: 'eu-central-1', account: '111111111111' } });
      const away = new Stack(app, 'Away', { env });
      const fn = createFunction(away, 'Pay');

      expect(() => new IdempotencyTable(home, 'Idempotency').attach(fn)).toThrow(`Away/Pay is in the ${place}, and `);
      return home;
    });
  });

  test("refuses another Region's imported function", () => {
    synthesize((app) => {
      const home = new Stack(app, 'Home', { env: { region: 'eu-central-1', account: '111111111111' } });
      const fn = LambdaFunction.fromFunctionArn(home, 'Pay', 'arn:aws:lambda:us-east-1:111111111111:function:pay');

      expect(() => new IdempotencyTable(home, 'Idempotency').attach(fn)).toThrow('in the region us-east-1');
      return home;
    });
  });
});

describe('attach, of an alias or a version', () => {
  test.for<[kind: string, of: (fn: LambdaFunction) => AnyFunction]>([
    ['the current version', (fn) => fn.currentVersion],
    ['an alias of it', (fn) => new Alias(fn, 'Live', { aliasName: 'live', version: fn.currentVersion as IVersion })],
  ])('%s: grants and tells its function, and has nothing to say', ([_, of]) => {
    const { template, warnings } = synthesizeWithWarnings((stack) => {
      new IdempotencyTable(stack, 'Idempotency').attach(of(createFunction(stack, 'Pay')), 'readFirst');
    });

    expect(permissions(template)).toEqual({ Pay: { IdempotencyTable: [get, update] } });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDEMPOTENCY_TABLE: { Ref: Match.stringLikeRegexp('^IdempotencyTable') } } },
    });
    expect(warnings).toEqual([]);
  });

  test('a version that was made by hand: says that it may keep what it has', () => {
    const { template, warnings } = synthesizeWithWarnings((stack) => {
      const lambda = createFunction(stack, 'Pay');
      const alias = new Alias(stack, 'Live', {
        aliasName: 'live',
        version: new Version(stack, 'V1', { lambda }) as IVersion,
      });
      new IdempotencyTable(stack, 'Idempotency').attach(alias);
    });

    expect(permissions(template)).toEqual({ Pay: { IdempotencyTable: [update] } });
    expect(warnings).toEqual([
      expect.stringMatching(/IDEMPOTENCY_TABLE to \{"Ref":"IdempotencyTable\w+"\}.*`currentVersion`/),
    ]);
  });

  test('refuses a function that another table has, behind an alias too', () => {
    synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay', { IDEMPOTENCY_TABLE: 'other' });
      const alias = new Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion as IVersion });

      expect(() => new IdempotencyTable(stack, 'Idempotency').attach(alias)).toThrow(
        'already has IDEMPOTENCY_TABLE = "other"',
      );
    });
  });

  test('a singleton function', () => {
    const template = synthesizeWith((stack) => {
      const fn = new SingletonFunction(stack, 'Pay', {
        uuid: 'pay',
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline('export const handler = () => {};'),
      });
      new IdempotencyTable(stack, 'Idempotency').attach(fn);
    });

    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDEMPOTENCY_TABLE: Match.anyValue() } },
    });
  });
});

describe('attach, of an imported function', () => {
  const functionArn = 'arn:aws:lambda:eu-central-1:111111111111:function:pay';

  test('with its role: grants, and says which variable to set', () => {
    const { template, warnings } = synthesizeWithWarnings((stack) => {
      const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111111111111:role/pay');
      const fn = LambdaFunction.fromFunctionAttributes(stack, 'Pay', { functionArn, role });
      new IdempotencyTable(stack, 'Idempotency', { tableName: 'records' }).attach(fn);
    });

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: update, Effect: 'Allow' })] },
      Roles: ['pay'],
    });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^attach can't set the environment of an imported function. Set IDEMPOTENCY_TABLE to \{"Ref"/,
      ),
    ]);
  });

  test('without its role: says what to grant as well', () => {
    const { template, warnings } = synthesizeWithWarnings((stack) => {
      const fn = LambdaFunction.fromFunctionArn(stack, 'Pay', functionArn);
      new IdempotencyTable(stack, 'Idempotency').attach(fn);
    });

    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(warnings).toEqual([
      expect.stringMatching(/Add statement to this resource's role: .*"dynamodb:UpdateItem"/),
      expect.stringContaining('Set IDEMPOTENCY_TABLE'),
    ]);
  });

  test('by an alias: the same', () => {
    const { warnings } = synthesizeWithWarnings((stack) => {
      const version = Version.fromVersionArn(stack, 'Version', `${functionArn}:7`);
      const alias = Alias.fromAliasAttributes(stack, 'Live', { aliasName: 'live', aliasVersion: version });
      new IdempotencyTable(stack, 'Idempotency').attach(alias);
    });

    expect(warnings).toEqual([
      expect.stringContaining('Add statement to this resource'),
      expect.stringContaining('Set IDEMPOTENCY_TABLE'),
    ]);
  });
});

describe('attach, option namespace', () => {
  test('grants the records of that namespace only, whatever characters it has', () => {
    const literally = ['a', '{*}b', '{?}', '{$}{c'].join('$');
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), 'wait', {
        namespace: ['a*b?', '{c'].join('$'),
      });
    });

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: [get, update],
            Condition: {
              'ForAllValues:StringLike': {
                'dynamodb:LeadingKeys': [`${literally}#*`, `${literally}/*`],
              },
            },
          }),
        ],
      },
    });
  });

  test('adds up over calls, each use with its own', () => {
    const template = synthesizeWith((stack) => {
      new IdempotencyTable(stack, 'Idempotency')
        .attach(createFunction(stack, 'Pay'), { namespace: 'pay' })
        .attach(stack.node.findChild('Pay') as LambdaFunction, 'singleUseToken', { namespace: 'token' });
    });

    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: update, Condition: leadingKeys('pay#*', 'pay/*') }),
          Match.objectLike({ Action: del, Condition: leadingKeys('token#*', 'token/*') }),
        ],
      },
    });
  });

  test('G331: refuses what no condition can hold, with the cure', () => {
    synthesizeWith((stack) => {
      const fn = createFunction(stack, 'Pay');
      const attach = (namespace: string) => () =>
        new IdempotencyTable(stack, `T${namespace.length}`).attach(fn, { namespace });

      expect(attach(fn.functionName)).toThrow(/must be known before deployment.*`functionName`/);
      expect(attach('')).toThrow('1 to 128 characters other than # and /');
      expect(attach('a/b')).toThrow('1 to 128 characters other than # and /');
      expect(attach('a#bc')).toThrow('1 to 128 characters other than # and /');
      expect(attach('x'.repeat(129))).toThrow('1 to 128 characters other than # and /');
      expect(attach('shop\ud800')).toThrow('lone surrogates');
      expect(() =>
        new IdempotencyTable(stack, 'Powertools').attach(fn, 'powertoolsRecords', { namespace: 'pay' }),
      ).toThrow('`powertoolsRecords` has no namespace');
    });
  });
});

describe('attach, option overflow', () => {
  test('grants to put and get the objects, and the use of the key of the bucket', () => {
    const template = synthesizeWith((stack) => {
      const bucket = new Bucket(stack, 'Results', {
        encryption: BucketEncryption.KMS,
        encryptionKey: new Key(stack, 'ResultKey'),
      });
      new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), { overflow: { bucket } });
    });

    const [, objects = ''] = Object.keys(permissions(template)['Pay'] ?? {});
    expect(objects).toMatch(/"Results\w+","Arn"\]\},"\/idempotency\/\*"/);
    expect(permissions(template)['Pay']).toEqual({
      IdempotencyTable: [update],
      [objects]: ['s3:GetObject', 's3:PutObject'],
      ResultKey: ['kms:Decrypt', 'kms:GenerateDataKey'],
    });
  });

  test('takes the prefix that s3Overflow has', () => {
    const template = synthesizeWith((stack) => {
      const bucket = Bucket.fromBucketName(stack, 'Results', 'results');
      new IdempotencyTable(stack, 'Idempotency').attach(createFunction(stack, 'Pay'), {
        overflow: { bucket, prefix: 'a/' },
      });
    });

    expect(Object.keys(permissions(template)['Pay'] ?? {})[1]).toContain(':s3:::results/a/*');
  });
});

const leadingKeys = (...patterns: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns } });

function synthesizeWithWarnings(define: (stack: Stack) => void) {
  let warnings: unknown[] = [];
  const template = synthesize(
    (app) => {
      const stack = new Stack(app, 'Test', { env: { region: 'eu-central-1', account: '111111111111' } });
      define(stack);
      return stack;
    },
    (stack) => {
      warnings = Annotations.fromStack(stack)
        .findWarning('*', Match.anyValue())
        .map(({ entry }) => entry.data);
    },
  );
  return { template, warnings };
}
