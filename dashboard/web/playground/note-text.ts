import type { Happening } from '../../../simulation/pipeline.ts';

/** Returns what the plot says about a happening; undefined for other numbers of replicas, which it shows anyway. */
export function noteText(happening: Happening): string | undefined {
  switch (happening.kind) {
    case 'scale':
      return undefined;
    case 'kill':
      return `${happening.name} killed`;
    case 'freeze':
      return `${happening.name} frozen for ${happening.forMs / 1000} s`;
    case 'slow':
      return happening.factor === 1
        ? `${happening.name} no longer slow`
        : `${happening.name} ${happening.factor} times slower`;
    case 'redis down':
      return `Redis unreachable for ${happening.forMs / 1000} s`;
    case 'pause':
    case 'resume':
      return `queue ${happening.kind}d`;
    case 'concurrency':
      return happening.jobs === 0 ? 'no limit of jobs' : `at most ${happening.jobs} jobs at once`;
    case 'rate':
      return happening.jobsPerSecond === 0
        ? 'no rate limit'
        : `at most ${happening.jobsPerSecond} jobs/s`;
    case 'configure':
      return Object.entries(happening.settings)
        .map((pair) => pair.join('='))
        .join(', ');
  }
}
