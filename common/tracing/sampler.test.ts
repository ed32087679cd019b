import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, test } from 'vitest';
import { createSampler } from './sampler.ts';
import type { SamplerName } from './tracing.ts';

/** Trace ids that the SDK maps to the low and the high end of the range that the ratio divides. */
const LOW = '0000000000000000000000000000000a';
const HIGH = 'ffffffff000000000000000000000000';

interface Choice {
  traceId?: string;
  kind?: SpanKind;
  parent?: { isRemote: boolean; isSampled: boolean };
}

/** Returns true if the sampler records a span. */
function records(
  name: SamplerName,
  ratio: number,
  { traceId = LOW, kind = SpanKind.PRODUCER, parent }: Choice = {},
): boolean {
  const context =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId,
          spanId: 'b7ad6b7169203331',
          isRemote: parent.isRemote,
          traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        });
  const sampler = createSampler(name, ratio);
  const { decision } = sampler.shouldSample(context, traceId, 'span', kind, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

const sampled = { isRemote: true, isSampled: true };
const unsampled = { isRemote: true, isSampled: false };

describe('samplers by their standard names', () => {
  test.each([
    ['always_on', 1, 0.5, 1, 1],
    ['always_off', 0, 0.5, 0, 0],
    ['traceidratio', 1, 0.5, 1, 1],
    ['traceidratio', 0, 0, 0, 0],
    ['parentbased_always_on', 1, 0.5, 1, 0],
    ['parentbased_always_off', 0, 0.5, 1, 0],
    ['parentbased_traceidratio', 1, 0.5, 1, 0],
    ['parentbased_traceidratio', 0, 0, 1, 0],
  ] as const)('%s: %i without a parent (ratio %f), %i / %i', (name, root, ratio, on, off) => {
    expect([
      records(name, ratio),
      records(name, ratio, { parent: sampled }),
      records(name, ratio, { parent: unsampled }),
    ]).toEqual([root === 1, on === 1, off === 1]);
  });

  test('the ratio decides by trace id, so that all services agree', () => {
    expect(records('traceidratio', 0.5, { traceId: LOW })).toBe(true);
    expect(records('traceidratio', 0.5, { traceId: HIGH })).toBe(false);
    expect(records('traceidratio', 1, { traceId: HIGH })).toBe(true);
  });
});

describe('what BullMQ does between jobs', () => {
  test.each([
    ['without a parent', undefined, false],
    ['with a job as its parent', sampled, false],
    ['within a loop', { isRemote: false, isSampled: true }, true],
  ])('internal spans %s: %s → %s', (_name, parent, recorded) => {
    const kind = SpanKind.INTERNAL;
    const choice = parent === undefined ? { kind } : { kind, parent };
    expect(records('parentbased_always_on', 1, choice)).toBe(recorded);
    expect(records('always_on', 1, choice)).toBe(recorded);
  });
});
