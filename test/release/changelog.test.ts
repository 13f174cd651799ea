import { describe, expect, it } from 'vitest';
import { unreleased, withRelease } from '../../release/changelog.ts';

const changelog = '# Changelog\n\n## Unreleased\n\n### Added\n\n- this\n\n## 0.1.0 - 2026-01-01\n\n- that\n';

describe('the changelog of a release', () => {
  it('has what was unreleased, under its version and day', () => {
    expect(unreleased(changelog)).toBe('### Added\n\n- this');
    expect(withRelease(changelog, '0.2.0', '2026-02-03')).toBe(
      changelog.replace('## Unreleased\n', '## Unreleased\n\n## 0.2.0 - 2026-02-03\n'),
    );
  });

  it('is refused where there is nothing to release', () => {
    const released = withRelease(changelog, '0.2.0', '2026-02-03');
    expect(() => withRelease(released, '0.3.0', '2026-02-04')).toThrow('nothing under `## Unreleased`');
    expect(() => unreleased('# Changelog\n')).toThrow('no section `## Unreleased`');
  });
});
