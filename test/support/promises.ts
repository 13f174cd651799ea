/** A test of a run: its full title, and what came of it. */
export interface RunTest {
  title: string;
  /** `impossible`: left out, because this machine lacks what it needs. */
  outcome: 'passed' | 'failed' | 'skipped' | 'impossible';
}

/** An id on the page: the first cell of a row, or the start of a paragraph. */
const promises = /^(?:\| (G\d+) \||(G\d+): )/gm;
const rowsWithoutId = /^\| (?!G\d+ \||id \||--- ).*/gm;

/** An id in a title, which stands before a part of it: `G17: with another payload are refused`. */
const titleIds = /(?<=^| > |G\d+: )G\d+(?=: )/g;
const mentions = /\bG\d+\b/g;

const idsOf = ({ title }: RunTest): string[] => title.match(titleIds) ?? [];

/** Where the page of promises and the tests that ran disagree. */
export const disagreements = (page: string, tests: readonly RunTest[]): string[] => {
  const promised = [...page.matchAll(promises)].map(([, ofRow, ofParagraph]) => ofRow ?? ofParagraph ?? '');
  const testsOf = Map.groupBy(
    tests.flatMap((test) => idsOf(test).map((id) => ({ id, ...test }))),
    ({ id }) => id,
  );

  const isUnheld = (id: string) =>
    !testsOf.get(id)?.some(({ outcome }) => outcome === 'passed' || outcome === 'impossible');
  const unheld = (id: string) => {
    const found = testsOf.get(id)?.map(({ outcome, title }) => `${outcome}: ${title}`) ?? [
      'no test has it in its title',
    ];
    return `${id}: no test of this promise has passed (${found.join('; ')})`;
  };

  return [
    ...(page.match(rowsWithoutId) ?? []).map((row) => `a promise without an id: ${row}`),
    ...promised.filter((id, index) => promised.indexOf(id) < index).map((id) => `${id}: two promises have this id`),
    ...[...new Set(promised)].filter(isUnheld).map(unheld),
    ...[...testsOf]
      .filter(([id]) => !promised.includes(id))
      .map(([id, [test]]) => `${id}: no promise has this id, but a title: ${test?.title}`),
    ...tests
      .filter((test) => (test.title.match(mentions) ?? []).length > idsOf(test).length)
      .map(({ title }) => `an id that is not before a title, as in "G17: ": ${title}`),
  ];
};
