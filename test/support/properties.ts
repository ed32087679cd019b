/**
 * Settings for property-based tests, to import for their side effects: 100 runs of each property, or `PROPERTY_RUNS`.
 * @module
 */
import { fc } from '@fast-check/vitest';
import { vi } from 'vitest';
import { LIMIT_MS } from '../../tools/stack/until.ts';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 100);
fc.configureGlobal({ numRuns: runs });
vi.setConfig({ testTimeout: LIMIT_MS * Math.max(1, runs / 100) });
