/**
 * Which traces are recorded.
 * @module
 */
import { SpanKind, trace, type Context } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { SamplerName } from './tracing.ts';

/**
 * Returns a sampler by its standard name. The SDK itself does not read `OTEL_TRACES_SAMPLER`; only its complete
 * distribution (`@opentelemetry/sdk-node`) does, which would load gRPC and the exporters of metrics and logs.
 * @param ratio share of traces, 0 to 1
 */
export function createSampler(name: SamplerName, ratio: number): Sampler {
  const isParentBased = name.startsWith('parentbased_');
  const root = rootSampler(name.replace('parentbased_', ''), ratio);
  return new WithoutHousekeeping(isParentBased ? new ParentBasedSampler({ root }) : root);
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
}

/**
 * Drops what BullMQ's workers do between jobs: fetching the next one, looking for stalled ones, pausing and closing. All of
 * this is internal and has no parent in this process; it would be most of the traces.
 */
class WithoutHousekeeping implements Sampler {
  readonly #sampler: Sampler;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  shouldSample(...args: Parameters<Sampler['shouldSample']>) {
    const [context, , , kind] = args;
    if (kind === SpanKind.INTERNAL && !hasLocalParent(context)) {
      return { decision: SamplingDecision.NOT_RECORD };
    }
    return this.#sampler.shouldSample(...args);
  }

  toString(): string {
    return `WithoutHousekeeping{${this.#sampler.toString()}}`;
  }
}

function hasLocalParent(context: Context): boolean {
  const parent = trace.getSpanContext(context);
  return parent !== undefined && parent.isRemote !== true;
}
