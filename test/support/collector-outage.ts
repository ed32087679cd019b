/**
 * A stack whose traces go to a collector that does not receive them.
 * @module
 */
import { expect } from 'vitest';
import type { RunningStack } from '../../tools/stack/stack.ts';
import { until } from '../../tools/stack/until.ts';

/** Returns the settings of a stack whose collector would be at this port. */
export const outageSettings = (port: number) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
});

const isWarning = (line: string) => line.includes('cannot send traces');

/** Resolves once the miner has noticed. */
export const untilMinerWarns = ({ lines }: RunningStack) =>
  until('the miner warns', () =>
    lines.some((line) => isWarning(line) && line.startsWith('miner-1')),
  );

/** Stops the stack. Every service must have warned at most once, and must stop cleanly. */
export async function expectUsualStop(stack: RunningStack): Promise<void> {
  expect(await stack.stop('SIGTERM')).toBe(0);
  for (const name of ['rng-1', 'hasher-1', 'producer-1', 'miner-1', 'dashboard-1']) {
    const lines = stack.lines.filter((line) => line.startsWith(name));
    expect(lines.filter(isWarning).length).toBeLessThanOrEqual(1);
    expect(lines.at(-1)).toMatch(/stopped$/);
  }
}
