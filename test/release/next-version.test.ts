import { describe, expect, it } from 'vitest';
import { nextVersion } from '../../release/next-version.ts';

describe('the version of a release', () => {
  it.each([
    [undefined, '0.1.0'],
    ['patch', '0.1.1'],
    ['minor', '0.2.0'],
    ['major', '1.0.0'],
    ['0.4.0', '0.4.0'],
  ])('%s after 0.1.0 is %s', (wanted, version) => {
    expect(nextVersion('0.1.0', wanted, [''])).toBe(version);
  });

  it.each([
    [undefined, 'is released already'],
    ['0.0.9', 'is below 0.1.0'],
    ['next', 'is no version'],
  ])('%s is refused: it %s', (wanted, message) => {
    expect(() => nextVersion('0.1.0', wanted, ['v0.1.0'])).toThrow(message);
  });
});
