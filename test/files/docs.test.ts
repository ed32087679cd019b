import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../local/config.ts';
import { markdownTable } from '../../tools/markdown-table.ts';

/** All but what .gitignore excludes. */
const files = globSync(['**', '.*', '.*/**'], {
  exclude: ['.git', '.local', '**/node_modules', '**/dist'],
});
/** Sources that documents refer to by their names or the ends of their paths. */
const librarySources = globSync(['bullmq/dist/cjs/**/*.{js,lua}', 'ioredis/built/**/*.js'], {
  cwd: 'node_modules',
});
const documents = files.filter((file) => file.endsWith('.md') && file !== 'CHANGELOG.md');

/** Functions of libraries: `getBlockTimeout` in `worker.js`. */
const LIBRARY_FUNCTION = /`(\w+)`\s+in\s+(?:its\s+)?`([\w./-]+\.(?:js|lua))`/g;

/** Names of files in backticks or links, for instance `miner/worker.ts` or `worker.ts`. */
const FILE_NAME =
  /[`(]((?:[\w.{},-]+\/)*[\w.-]+\.(?:c?ts|mjs|js|lua|svelte|ya?ml|cfg|md|png|svg|json))[`)#]/g;

/** Diagrams, and the names of files in them. */
const DIAGRAM = /```mermaid\n([\s\S]*?)```/g;
const NODE_NAME = /[\w./-]+\.(?:svelte\.)?ts\b/g;

/** A code block that says which file it is from: its first line is a comment with the path. */
const EXCERPT = /```ts\n\/\/ (\S+)\n([\s\S]*?)```/g;

const isNamed = (file: string, name: string) =>
  name.includes('/') ? file.endsWith(name) : basename(file) === name;

/** Indentation and line breaks may differ. */
const normalize = (code: string) => code.replace(/\s+/g, ' ').replace(/\( /g, '(').trim();

describe.each(documents)('%s', (document) => {
  const text = readFileSync(document, 'utf8');

  test('names only files that exist', () => {
    const inText = [...text.matchAll(FILE_NAME)].map(([, name = '']) => name);
    const inDiagrams = [...text.matchAll(DIAGRAM)].flatMap(([, diagram = '']) =>
      [...diagram.matchAll(NODE_NAME)].map(([name]) => name),
    );
    const names = [...inText, ...inDiagrams].map((name) => name.replace(/^\.\.?\//, ''));
    const missing = names.filter(
      (name) => ![...files, ...librarySources].some((file) => isNamed(file, name)),
    );
    expect(missing).toEqual([]);
  });

  test('names only functions of libraries that exist', () => {
    const missing = [...text.matchAll(LIBRARY_FUNCTION)].filter(([, name = '', file = '']) => {
      const sources = librarySources.filter((source) => isNamed(source, file));
      return !sources.some((source) =>
        readFileSync(join('node_modules', source), 'utf8').includes(name),
      );
    });
    expect(missing.map(([words]) => words)).toEqual([]);
  });

  test('quotes code as it is in the source', () => {
    for (const [, file = '', excerpt = ''] of text.matchAll(EXCERPT)) {
      const code = normalize(readFileSync(file, 'utf8'));
      for (const piece of excerpt.split(/^ *\/\/ …$/m)) expect(code).toContain(normalize(piece));
    }
  });
});

test('README.md fits on a few screens', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(131);
});

/** `npx vitest run --project unit test/files/docs.test.ts -u` rewrites the table. */
test('docs/settings.md lists every setting as config.ts declares it', async () => {
  const rows = new Map<string, string[]>();
  for (const [service, schema] of Object.entries(serviceSchemas)) {
    for (const { name, fallback, help } of describeSettings(schema)) {
      const value = name === 'INSTANCE' ? 'host name' : fallback && `\`${fallback}\``;
      const [, , users] = rows.get(name) ?? [];
      const usedBy = users === undefined ? service : `${users}, ${service}`;
      rows.set(name, [`\`${name}\``, value, usedBy, help]);
    }
  }
  const all = Object.keys(serviceSchemas).join(', ');
  const isShared = ([, , usedBy = '']: string[]) => usedBy.includes(', ');
  const table = markdownTable(
    ['setting', 'default', 'services', 'meaning'],
    [...rows.values()]
      .sort((a, b) => Number(isShared(a)) - Number(isShared(b)))
      .map((row) => row.map((cell) => (cell === all ? 'all' : cell))),
  );
  const page = `# Settings

Set these in the environment, with Compose and \`npm start\` alike; Compose also reads them from \`.env\`. An empty variable
counts as not set. If any are wrong, one message lists all of them. \`test/files/docs.test.ts\`
generates this page from each service's \`config.ts\`. \`REDIS_URL\`, \`REDIS_PASSWORD\` and \`BOARD_PASSWORD\` can also come from
a file: \`BOARD_PASSWORD_FILE=/run/secrets/board_password\`.

${table}
With \`npm start\`:

- \`PORT\` is the dashboard's port. \`ADMIN_PORT\` is that of the first process; the others count up from it.
- \`INSTANCE\` is a prefix: \`INSTANCE=blue\` names the first miner \`blue-miner-1\`.
- \`RNG_URL\` and \`HASHER_URL\` allow \`--scale rng=0\` and \`--scale hasher=0\`.
- \`LISTEN_HOST\` is \`127.0.0.1\` by default; \`::\` lets other machines in.
- \`LOCAL_DIR\` (\`.local\`) holds Redis' data and caches. A folder runs one stack at a time. If the path
  has more than about 90 characters, \`npm run scale\`, \`ps\`, \`logs\` and \`retry-failed\` are not available; a relative path is shorter.
- \`SERVICES_DIR\` is a folder with a bundle of each service, as in the images; these run instead of the sources.

\`REDIS_URL\` has three forms; with \`rediss\` instead of \`redis\`, connections use TLS:

- \`redis://[user:password@]host:port[/database]\`: one server
- \`redis+sentinel://[user:password@]host:port,host:port/name[/database]\`: the master that these sentinels know by this name; user
  and password are those of the server
- \`redis+cluster://[user:password@]host:port,host:port\`: the cluster to which these nodes belong

For a server or sentinels, \`?family=6\` connects by IPv6 only, \`?family=4\` by IPv4 only, and \`?family=0\`, the default, by either.
\`?db=1\` is the same as \`/1\`. Any other query is an error.

With \`QUEUES=n\`, the queues are \`loops-1\` to \`loops-n\` instead of \`loops\`. All services need the same value.

With Compose, \`DASHBOARD_PORT\` (\`8000\`), \`RNG_PORT\` (\`8001\`) and \`HASHER_PORT\` (\`8002\`) are the ports on the host.
`;
  await expect(page).toMatchFileSnapshot('../../docs/settings.md');
});
