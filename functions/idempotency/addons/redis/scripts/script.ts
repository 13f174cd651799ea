/** A verb as the server runs it: in one step, on one key. */
export interface Script<Name extends string = string, Outcome extends string = string> {
  /** What it is given, in this order. */
  readonly names: readonly Name[];
  /** How it may go: one of these is its answer, or stands before the record that it found. */
  readonly outcomes: readonly Outcome[];
  readonly text: string;
}

/** The record, which every script begins with: `f` are its fields, and `flat` is what tells of them. */
const record = `
local key, f = KEYS[1], {}
local flat = redis.call('HGETALL', key)
for i = 1, #flat, 2 do f[flat[i]] = flat[i + 1] end`;

/** A script in which each value has a name. A value that isn't there is an empty text. */
export const script = <const Name extends string, const Outcome extends string>(
  names: readonly Name[],
  outcomes: readonly Outcome[],
  body: string,
): Script<Name, Outcome> => ({
  names,
  outcomes,
  text: `${names.length > 0 ? `local ${names.join(', ')} = unpack(ARGV)` : ''}${record}${body}`,
});
