import type { Size, Sizes } from '../bundle-size.ts';
import type { Subject } from '../subjects.ts';
import { type Cell, fixed, grouped, table, verdict } from './markdown.ts';
import { subjects, titles } from './titles.ts';

const oursTargetBytes = 46_100;
const leanWholeTargetBytes = 56_000;
const largest = 15;

const bytesRow = (name: Subject, { bytes, gzipBytes }: Size): Cell[] => [
  titles[name],
  grouped(bytes),
  grouped(gzipBytes),
];

const moduleTable = (title: string, { bytes, modules }: Size): string => `### What it is made of: ${title}

${table(
  ['module or package', 'bytes', '%'],
  modules.slice(0, largest).map(({ name, bytes: own }) => [`\`${name}\``, grouped(own), fixed((100 * own) / bytes, 1)]),
)}`;

export const bundleSizeSection = ({ whole, withoutSdk }: Sizes): string => {
  const ownBytes = (name: Subject): number => withoutSdk[name].bytes - withoutSdk[name].middyBytes;
  const toPeer = (name: Subject): number => ownBytes(name) / ownBytes('peer');
  return `## Size of the bundle

In bytes, minified by esbuild with the options that the example stack gives to NodejsFunction. Without the SDK and Middy is what a
function gains by using the library, when it takes the SDK from the Lambda runtime. The lean client
is in what it makes larger, and takes nothing from the runtime.

${table(
  ['subject', 'without SDK', 'gzip', 'without SDK and Middy', "to the peer's", 'target'],
  subjects.map((name) => [
    ...bytesRow(name, withoutSdk[name]),
    grouped(ownBytes(name)),
    fixed(toPeer(name), 2),
    name === 'ours' ? verdict(withoutSdk.ours.bytes, oursTargetBytes) : '',
  ]),
)}

With everything in it:

${table(
  ['subject', 'bytes', 'gzip', 'target'],
  subjects.map((name) => [
    ...bytesRow(name, whole[name]),
    name === 'lean' ? verdict(whole.lean.bytes, leanWholeTargetBytes) : '',
  ]),
)}

${moduleTable(`${titles.ours}, without the SDK`, withoutSdk.ours)}

${moduleTable(`${titles.lean}, with everything in it`, whole.lean)}`;
};
