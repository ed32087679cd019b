import { execFile } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const CHANGELOG = `# Changelog

## Unreleased

- not yet

## 1.2.0-rc.1

- first
  - second

## 1.2.0

## 1.1.0

- old
`;

/** Runs .github/release-notes, as the release workflow does, and resolves to what it prints. */
async function notesOf(tag: string, version = tag.slice(1)): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dockercoins-notes-'));
  const cwd = folder.path;
  await writeFile(join(cwd, 'package.json'), JSON.stringify({ type: 'module', version }));
  await writeFile(join(cwd, 'CHANGELOG.md'), CHANGELOG);
  const { stdout } = await promisify(execFile)(resolve('.github/release-notes'), [tag], { cwd });
  return stdout;
}

describe('the release notes', () => {
  test('are the section of the version', async () => {
    expect(await notesOf('v1.2.0-rc.1')).toBe('- first\n  - second\n');
    expect(await notesOf('v1.1.0')).toBe('- old\n');
  });

  test.each([
    ['no section', 'v9.9.9', '9.9.9', 'no section "## 9.9.9"'],
    ['an empty section', 'v1.2.0', '1.2.0', 'no section "## 1.2.0"'],
    ['another version in package.json', 'v1.1.0', '1.2.0', 'package.json has version 1.2.0'],
  ])('fail with %s', async (_why, tag, version, message) => {
    await expect(notesOf(tag, version)).rejects.toThrow(message);
  });
});
