export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What IAM decides about: one action on one resource, and what is known of the request by condition key. */
export interface IamRequest {
  action: string;
  resource: string;
  context: Readonly<Record<string, readonly string[]>>;
}

/**
 * Whether the statements of a role's policies allow a request: some statement must, and none may deny it. What this evaluator doesn't know
 * (other elements and operators, policy variables but those of special characters) it refuses, rather than pass over it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(statements: readonly Statement[], request: IamRequest): boolean {
  const effects = statements.filter((statement) => applies(statement, request)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

const elements = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

function applies(statement: Statement, { action, resource, context }: IamRequest): boolean {
  const unknown = Object.keys(statement).find((name) => !elements.includes(name));
  if (unknown !== undefined) throw new Error(`The element ${unknown} of a statement is unknown here.`);
  const { Action, Resource, Condition = {} } = statement;
  const conditions = Object.entries(Condition).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, values]) => holds(operator, context[key], [values].flat())),
  );
  return (
    [Action].flat().some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase())) &&
    [Resource].flat().some((pattern) => isLike(pattern, resource)) &&
    conditions.every(Boolean)
  );
}

const comparisons: Readonly<Record<string, (pattern: string, value: string) => boolean>> = {
  StringEquals: (wanted, value) => literal(wanted) === value,
  StringLike: isLike,
};

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function holds(operator: string, present: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(present === undefined));
  const [quantifier, name = ''] = operator.includes(':') ? operator.split(':') : [undefined, operator];
  const compare = comparisons[name];
  if (!compare) throw new Error(`The condition operator ${operator} is unknown here.`);
  const matches = (value: string) => wanted.some((pattern) => compare(pattern, value));
  if (quantifier === 'ForAllValues') return (present ?? []).every(matches);
  if (quantifier === 'ForAnyValue') return (present ?? []).some(matches);
  if (quantifier !== undefined) throw new Error(`The quantifier ${quantifier} is unknown here.`);
  if (present && present.length > 1) throw new Error(`${operator} needs a quantifier for several values.`);
  return present?.[0] !== undefined && matches(present[0]);
}

const parts = /\$\{[^}]*\}|[*?]|[^*?$]+|\$/g;

function isLike(pattern: string, value: string): boolean {
  const expression = (pattern.match(parts) ?? []).map((part) => {
    if (part === '*') return '.*';
    return part === '?' ? '.' : literal(part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${expression.join('')}$`, 's').test(value);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
function literal(text: string): string {
  return text.replace(/\$\{([^}]*)\}/g, (variable, name) => {
    if (/^[*?$]$/.test(name)) return name;
    throw new Error(`The policy variable ${variable} is unknown here.`);
  });
}
