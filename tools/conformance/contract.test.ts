import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { markdownTable } from '../markdown-table.ts';
import { dashboardChecks } from './dashboard.ts';
import { hasherChecks } from './hasher.ts';
import { redisChecks } from './redis.ts';
import { rngChecks } from './rng.ts';

const HEADING = '\n## Checks\n\n';

/** `npx vitest run --project unit tools/conformance/contract.test.ts -u` rewrites the table. */
test('docs/contract.md lists every check by its name', async () => {
  const parts = {
    rng: rngChecks,
    hasher: hasherChecks,
    redis: redisChecks,
    dashboard: dashboardChecks,
  };
  const rows = Object.entries(parts).flatMap(([part, checks]) =>
    checks.map(({ name }) => [part, name.replaceAll('<', '\\<')]),
  );
  const [prose] = readFileSync('docs/contract.md', 'utf8').split(HEADING);
  const page = `${prose}${HEADING}${markdownTable(['part', 'check'], rows)}`;
  await expect(page).toMatchFileSnapshot('../../docs/contract.md');
});
