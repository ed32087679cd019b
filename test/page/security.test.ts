/**
 * What docs/security.md promises about a dashboard without a password, in a real browser. `test/states/security.test.ts` has one
 * with a password, and a LAN address.
 * @module
 */
import { describe, expect, test } from 'vitest';
import { expectBoardShowsJobs, expectPageWorks } from '../support/policy.ts';
import { sharePage } from '../support/shared-browser.ts';

const { open } = sharePage();

describe('without violating the security policy,', () => {
  test.each(['light', 'dark'] as const)('the page works on localhost, %s', async (colorScheme) => {
    await using shown = await open('/?classic', { colorScheme });
    await expectPageWorks(shown);
  });

  test('Bull Board lists jobs and shows one, and offers no actions', async () => {
    await using shown = await open('/queues/queue/loops?status=completed');
    await shown.page.getByText('loop', { exact: true }).first().waitFor();
    expect(await shown.page.getByRole('button', { name: /pause|clean|retry/i }).count()).toBe(0);
    await expectBoardShowsJobs(shown);
  });
});
