import { describe, expect, test } from 'vitest';
import { type IamRequest, isAllowed, type Statement } from './evaluate.ts';

const table = 'arn:aws:dynamodb:eu-central-1:000000000000:table/records';
const allow: Statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table };
const variable = (name: string) => `$${`{${name}}`}`;

const request = (changes: Partial<IamRequest> = {}): IamRequest => ({
  action: 'dynamodb:GetItem',
  resource: table,
  context: {},
  ...changes,
});

describe('the evaluator of policies', () => {
  test('allows what a statement allows, refuses the rest, and what is denied as well', () => {
    expect(isAllowed([allow], request())).toBe(true);
    expect(isAllowed([], request())).toBe(false);
    expect(isAllowed([allow], request({ action: 'dynamodb:PutItem' }))).toBe(false);
    expect(isAllowed([allow], request({ resource: `${table}/index/byDay` }))).toBe(false);
    expect(isAllowed([allow, { ...allow, Effect: 'Deny' }], request())).toBe(false);
    expect(isAllowed([allow, { ...allow, Action: 'dynamodb:PutItem' }], request({ action: 'dynamodb:PutItem' }))).toBe(
      true,
    );
  });

  test.for<[changes: Partial<Statement>, allowed: boolean]>([
    [{ Action: 'DYNAMODB:getitem' }, true],
    [{ Action: ['s3:*', 'dynamodb:Get*'] }, true],
    [{ Action: 'dynamodb:Get?tem' }, true],
    [{ Action: 'dynamodb:Get' }, false],
    [{ Action: '*' }, true],
    [{ Resource: table.toUpperCase() }, false],
    [{ Resource: 'arn:aws:dynamodb:*:*:table/rec?rds' }, true],
    [{ Resource: [`${table}/*`, `${table}s`] }, false],
    [{ Resource: '*' }, true],
  ])('%j: %s', ([changes, allowed]) => {
    expect(isAllowed([{ ...allow, ...changes }], request())).toBe(allowed);
  });

  const keys = (...values: string[]) => ({ 'dynamodb:LeadingKeys': values });

  test.for<[condition: NonNullable<Statement['Condition']>, present: string[] | undefined, allowed: boolean]>([
    [{ StringEquals: keys('pay#1') }, ['pay#1'], true],
    [{ StringEquals: keys('pay#*') }, ['pay#1'], false],
    [{ StringEquals: keys('pay#1') }, undefined, false],
    [{ StringLike: keys('token#*', 'pay#*') }, ['pay#1'], true],
    [{ StringLike: keys('pay#*') }, ['PAY#1'], false],
    [{ 'ForAllValues:StringLike': keys('pay#*') }, ['pay#1', 'pay#2'], true],
    [{ 'ForAllValues:StringLike': keys('pay#*') }, ['pay#1', 'other#2'], false],
    [{ 'ForAllValues:StringLike': keys('pay#*') }, undefined, true],
    [{ 'ForAnyValue:StringLike': keys('pay#*') }, ['pay#1', 'other#2'], true],
    [{ 'ForAnyValue:StringLike': keys('pay#*') }, undefined, false],
    [{ Null: keys('false') }, undefined, false],
    [{ Null: keys('false') }, ['pay#1'], true],
    [{ Null: keys('false'), 'ForAllValues:StringLike': keys('pay#*') }, ['other#1'], false],
    [{ StringLike: keys(`a${variable('*')}#*`) }, ['a*#1'], true],
    [{ StringLike: keys(`a${variable('*')}#*`) }, ['ab#1'], false],
    [{ StringLike: keys(`a${variable('$')}{b`) }, [['a', '{b'].join('$')], true],
    [{ StringLike: keys('a.c') }, ['abc'], false],
  ])('under the condition %j, of %j: %s', ([Condition, present, allowed]) => {
    const context = present ? { 'dynamodb:LeadingKeys': present } : {};
    expect(isAllowed([{ ...allow, Condition }], request({ context }))).toBe(allowed);
  });

  test('refuses to judge what it does not know', () => {
    const judge =
      (changes: object, context = {}) =>
      () =>
        isAllowed([{ ...allow, ...changes }], request({ context }));

    expect(judge({ NotAction: 's3:*' })).toThrow('The element NotAction');
    expect(judge({ Condition: { NumericEquals: keys('1') } })).toThrow('operator NumericEquals');
    expect(judge({ Condition: { 'ForNoValue:StringLike': keys('1') } })).toThrow('quantifier ForNoValue');
    expect(judge({ Resource: variable('aws:username') })).toThrow('variable');
    expect(judge({ Condition: { StringLike: keys('*') } }, keys('a', 'b'))).toThrow('needs a quantifier');
  });
});
