const keyword = /(?<![\w#:.])(SET|REMOVE|ADD|DELETE)(?!\w)/i;

/** An update expression, taken apart at its keywords. */
export interface Clause {
  verb: string;
  body: string;
}

export const clausesOf = (expression: string): Clause[] => {
  const [before = '', ...parts] = expression.replace(/\s*\.\s*/g, '.').split(keyword);
  if (before.trim() !== '') throw unreadable(expression);
  return Array.from({ length: parts.length / 2 }, (_, index) => ({
    verb: (parts[2 * index] ?? '').toUpperCase(),
    body: (parts[2 * index + 1] ?? '').trim(),
  }));
};

/**
 * The attributes that an update expression writes: the targets of its actions, by their own names.
 *
 * @throws {TypeError} when it can't be told for sure
 */
export const attributesWritten = (expression: string, aliases: Readonly<Record<string, string>> = {}): string[] =>
  clausesOf(expression).flatMap(({ verb, body }) => {
    const targets = (verb === 'SET' ? setTargets : otherTargets)(body);
    if (targets.length === 0 || targets.includes('')) throw unreadable(expression);
    return targets.map((target) => (Object.hasOwn(aliases, target) ? (aliases[target] ?? '') : target));
  });

/** What stands before each equals sign. A comma before it ends the action before. */
const setTargets = (body: string): string[] =>
  body
    .split('=')
    .slice(0, -1)
    .map((text) => attributeOf(text.slice(text.lastIndexOf(',') + 1)));

/** A path, in ADD and DELETE with a value behind it. */
const otherTargets = (body: string): string[] =>
  body.includes('=') ? [] : body.split(',').map((action) => attributeOf(action.trim().split(/[\s:]/)[0] ?? ''));

/** The attribute that a path begins with. */
const attributeOf = (path: string): string => path.replace(/[\s()]/g, '').replace(/[.[].*$/s, '');

const unreadable = (expression: string): TypeError =>
  new TypeError(
    `writes.update: cannot tell which attributes the UpdateExpression "${expression.slice(0, 200)}" writes. ` +
      'Use ExpressionAttributeNames for attributes that are called SET, REMOVE, ADD or DELETE.',
  );

/** An update expression, and the assignments and removals of attributes that it doesn't write. */
export const withClauses = (expression: string, sets: readonly string[], removals: readonly string[]): string => {
  const clauses = expression === '' ? [] : clausesOf(expression);
  const add = (verb: string, actions: readonly string[]): void => {
    if (actions.length === 0) return;
    const clause = clauses.find((existing) => existing.verb === verb);
    if (clause) clause.body = [clause.body, ...actions].join(', ');
    else clauses.push({ verb, body: actions.join(', ') });
  };
  add('SET', sets);
  add('REMOVE', removals);
  return clauses.map(({ verb, body }) => `${verb} ${body}`).join(' ');
};
