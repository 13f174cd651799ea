const heading = '## Unreleased\n';

/** What a release brings: the entries since the last one. @throws {Error} when there is nothing */
export const unreleased = (changelog: string): string => {
  const [, after] = changelog.split(heading);
  if (after === undefined)
    throw new Error('CHANGELOG.md has no section `## Unreleased`. Add it above the last release.');
  const notes = (after.split(/^## /m)[0] ?? '').trim();
  if (!/^- /m.test(notes))
    throw new Error('CHANGELOG.md has nothing under `## Unreleased`: there is nothing to release.');
  return notes;
};

/** The changelog with those entries under the version's own heading. */
export const withRelease = (changelog: string, version: string, date: string): string => {
  unreleased(changelog);
  return changelog.replace(heading, `${heading}\n## ${version} - ${date}\n`);
};
