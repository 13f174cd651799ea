/** A verb as the server runs it: in one step, on one key. */
export interface Script<Name extends string = string> {
  /** What it is given, in this order. */
  readonly names: readonly Name[];
  readonly text: string;
}

/** The record, which every script begins with: `f` are its fields, and `flat` is what tells of them. */
const record = `
local key, f = KEYS[1], {}
local flat = redis.call('HGETALL', key)
for i = 1, #flat, 2 do f[flat[i]] = flat[i + 1] end`;

/** A script in which each value has a name. A value that isn't there is an empty text. */
export const script = <const Name extends string>(names: readonly Name[], body: string): Script<Name> => ({
  names,
  text: `${names.length > 0 ? `local ${names.join(', ')} = unpack(ARGV)` : ''}${record}${body}`,
});
