export interface Kind {
  /** A body of about so many bytes. */
  make: (bytes: number) => string;
  contentType?: string;
  base64?: boolean;
}

/** Random numbers that are the same in every run. */
const random = (() => {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
})();

const integer = (below: number): number => Math.floor(random() * below);
const double = (): number => (random() + random() / 2 ** 32) * 1000;

/** A list of as many items as fit. */
const list = (bytes: number, item: (index: number) => string, [open, separator, close] = ['[', ',', ']']): string => {
  const items: string[] = [];
  for (let length = 2; length < bytes; length += (items.at(-1)?.length ?? 0) + 1) items.push(item(items.length));
  return open + items.join(separator) + close;
};

const order = (index: number): string =>
  JSON.stringify({
    id: index,
    name: `Item ${index}`,
    sku: `SKU-${integer(1e6)}`,
    price: integer(1e6) / 100,
    currency: 'EUR',
    quantity: integer(9),
    tags: ['new', 'sale'],
    available: true,
    note: null,
    address: { street: `Main ${index}`, city: 'Graz' },
  });

const repeated =
  (piece: string, [start = '', end = ''] = []) =>
  (bytes: number): string =>
    start + piece.repeat(Math.ceil(bytes / piece.length)) + end;

const string: [string, string] = ['"', '"'];
const sentence = 'Lorem ipsum dolor sit amet, consectetur. ';

/** Ordinary bodies first, then what somebody sends who wishes that it took long. */
export const kinds: Record<string, Kind> = {
  'objects of ten fields': { make: (bytes) => list(bytes, order) },
  'floats of 17 digits': { make: (bytes) => list(bytes, () => String(double())) },
  'fields of floats': { make: (bytes) => list(bytes, () => `{"lat":${double()},"lng":${double()}}`) },
  integers: { make: (bytes) => list(bytes, () => String(integer(1e6))) },
  'strings of 1 KB': { make: (bytes) => list(bytes, () => JSON.stringify(sentence.repeat(25))) },
  'one string': { make: repeated(sentence, string) },
  'strings not ASCII': { make: (bytes) => list(bytes / 2, () => JSON.stringify('日本語テキスト'.repeat(5))) },
  form: {
    make: (bytes) => list(bytes, (index) => `field${index % 20}=some+value+%C3%A4`, ['', '&', '']),
    contentType: 'application/x-www-form-urlencoded',
  },
  multipart: {
    make: (bytes) =>
      list(bytes, () => `A: b\r\n\r\n${'\xff'.repeat(1000)}`, ['--b\r\n', '\r\n--b\r\n', '\r\n--b--\r\n']),
    contentType: 'multipart/form-data; boundary=b',
    base64: true,
  },
  bytes: { make: repeated('\xff\xfe'), contentType: 'application/octet-stream', base64: true },
  '500 levels': { make: (bytes) => list(bytes, () => '[{"a":'.repeat(200) + 1 + '}]'.repeat(200)) },
  'levels without end': { make: (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2) },
  'distinct names': { make: (bytes) => list(bytes, (index) => `"n${index}":1`, ['{', ',', '}']) },
  'distinct shapes': { make: (bytes) => list(bytes, (index) => `{"b":1,"a":2,"n${index % 9973}":3}`) },
  'escapes only': { make: repeated('\\"\\\\\\n', string) },
  'one number of digits': { make: repeated('1') },
  'one number of zeros': { make: repeated('0', ['1.', '1']) },
  'one number of 09': { make: repeated('09', ['1.', '']) },
  'one exponent': { make: repeated('9', ['1e', '']) },
  'floats that no double holds': { make: (bytes) => list(bytes, () => `${double()}123`) },
  'numbers beyond a double': { make: repeated('1e999,', ['[', '1]']) },
  'malformed JSON': { make: repeated('1,', ['[', '']) },
  'form of malformed escapes': { make: repeated('%ff&'), contentType: 'application/x-www-form-urlencoded' },
  'form of distinct names': {
    make: (bytes) => list(bytes, (index) => `n${index}`, ['', '&', '']),
    contentType: 'application/x-www-form-urlencoded',
  },
  'multipart of nothing': {
    make: repeated('--b\r\n\r\n', ['', '--b--\r\n']),
    contentType: 'multipart/form-data; boundary=b',
  },
};
