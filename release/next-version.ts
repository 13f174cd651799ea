const parts = (version: string): number[] => {
  const found = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  if (!found) throw new Error(`"${version}" is no version. Pass one such as 1.2.3, or major, minor or patch.`);
  return found.slice(1).map(Number);
};

/**
 * The version to release.
 *
 * @param wanted - A version, or `major`, `minor` or `patch`; `undefined`: that of package.json, which must not be released yet.
 * @throws {Error} when that is no version, not above the last one, or released already
 */
export const nextVersion = (current: string, wanted: string | undefined, released: readonly string[]): string => {
  const [major = 0, minor = 0, patch = 0] = parts(current);
  const steps: Record<string, string> = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
  };
  const version = steps[wanted ?? ''] ?? wanted ?? current;
  if (released.includes(`v${version}`)) {
    throw new Error(`${version} is released already. Pass a version, or major, minor or patch.`);
  }
  if (compare(parts(version), [major, minor, patch]) < 0) throw new Error(`${version} is below ${current}.`);
  return version;
};

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
