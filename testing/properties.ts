/**
 * How many inputs each property is tried with: 100, or as many as `PROPERTY_RUNS` says.
 * Files with properties import this.
 * @module
 */
import { fc } from '@fast-check/vitest';
import { vi } from 'vitest';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 100);
fc.configureGlobal({ numRuns: runs });
vi.setConfig({ testTimeout: Math.max(5000, 100 * runs) });
