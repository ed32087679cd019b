/**
 * The table of commands agrees with `package.json`, with the documents, and with the modules that it names.
 * @module
 */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callOf, COMMANDS, type Command } from './commands.ts';
import { helpOf } from './help.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: Record<string, string>;
};
const contributing = readFileSync('CONTRIBUTING.md', 'utf8');

describe.each(Object.entries(COMMANDS))('%s', (name, { summary, example, module }) => {
  test('has a script', () => {
    expect(scripts[name]).toMatch(new RegExp(` -- node local/cli.ts ${name}$`));
  });

  test('has a row in CONTRIBUTING.md', () => {
    expect(contributing).toContain(`| \`${callOf(name, example)}\` | ${summary}`);
  });

  test('has a module, whose --help explains every option', async () => {
    const { command } = (await import(resolve(module))) as { command: Command };
    const help = helpOf(name, command);
    expect(help).toContain(callOf(name));
    for (const option of Object.keys(command.options ?? {}))
      expect(help).toContain(`  --${option}`);
    expect(help).toContain('  --help');
  });
});

test('every other script is in CONTRIBUTING.md, too', () => {
  const missing = Object.keys(scripts).filter(
    (name) => !name.startsWith('check:') && !contributing.includes(callOf(name)),
  );
  expect(missing).toEqual([]);
});

test('README.md and docs/ name only scripts that exist', () => {
  for (const file of globSync(['README.md', 'docs/*.md'])) {
    const named = readFileSync(file, 'utf8').matchAll(/\bnpm run (?:-s )?([\w:-]*\w)/g);
    for (const [, name = ''] of named) expect(Object.keys(scripts), file).toContain(name);
  }
});
