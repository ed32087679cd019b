/**
 * Which resource limits the speed, and what one more replica would change.
 * @module
 */
import type { Bottleneck, CpuView, ResourceName, StageView } from '../frame.ts';

/** A resource that every loop needs. */
interface Resource {
  name: ResourceName;
  kind: Bottleneck['resource'];
  utilization: number;
  /** The speed at which it would be fully utilized. */
  limit: number;
  replicas: number;
}

/** A resource that is less busy than this does not limit the speed. */
const BUSY = 0.8;

/** If the speed is below this share of what all resources allow, something else limits it. */
const EXPLAINED = 0.85;

/** If our services use less than this share of the time that the machine is busy, other programs keep it busy. */
const OUR_SHARE = 0.5;

/** A process that uses less than this share of a core mostly does so regardless of the speed. */
const MIN_CPU = 0.05;

/**
 * Returns the busiest resource: the slots of a stage, the process of a service (Node.js and Redis do nearly all their work on one
 * core), or the processors of the machine. Null if nothing is busy.
 *
 * The forecast is the minimum over all resources, each at full utilization (asymptotic bounds: Denning and Buzen, 1978).
 * @param canForecast whether the speed has settled, nothing is broken, and rng and hasher report their slots
 */
export function findBottleneck(
  stages: StageView[],
  cpu: CpuView,
  speed: number,
  canForecast: boolean,
): Bottleneck | null {
  if (speed <= 0) return null;
  const resources = [
    ...slotsOf(stages),
    ...processesOf(cpu, stages, speed),
    ...machineOf(cpu, speed),
  ];
  const [busiest] = resources.toSorted((a, b) => b.utilization - a.utilization);
  if (busiest === undefined || busiest.utilization < BUSY) return null;
  const { name, kind, utilization, limit } = busiest;
  const isExplained = speed >= EXPLAINED * Math.min(...resources.map((it) => it.limit));
  // On a busy machine, nobody knows what another replica would do.
  const isMachineFree = (cpu.machine ?? 1) < BUSY;
  const oneMore =
    canForecast && isExplained && isMachineFree ? withOneMore(busiest, resources) : null;
  return { name, resource: kind, utilization, limit, oneMore };
}

function slotsOf(stages: StageView[]): Resource[] {
  return stages.flatMap(({ name, utilization, limit, replicas }) =>
    utilization === null || limit === null || replicas === null
      ? []
      : [{ name, kind: 'slots' as const, utilization, limit, replicas }],
  );
}

function processesOf({ services }: CpuView, stages: StageView[], speed: number): Resource[] {
  return services
    .filter(({ name, busiest }) => name !== 'dashboard' && busiest >= MIN_CPU)
    .map(({ name, busiest }) => ({
      name: name as ResourceName,
      kind: 'cpu',
      utilization: busiest,
      limit: speed / busiest,
      replicas: stages.find((stage) => stage.name === name)?.replicas ?? 1,
    }));
}

/**
 * The machine limits our services only if they are what keeps it busy. Its idle part can do as much as each loop costs them.
 */
function machineOf({ machine, cores, services }: CpuView, speed: number): Resource[] {
  const ours = services.reduce((sum, { total }) => sum + total, 0);
  if (machine === null || ours < OUR_SHARE * machine * cores) return [];
  const limit = speed + (speed * (1 - machine) * cores) / ours;
  return [{ name: 'machine', kind: 'cpu', utilization: machine, limit, replicas: 1 }];
}

function withOneMore(busiest: Resource, resources: Resource[]): Bottleneck['oneMore'] {
  const { name, replicas } = busiest;
  if (name === 'machine' || name === 'redis' || name === 'producer') return null; // cannot be scaled by a replica
  const limits = resources.map((resource) => ({
    limitedBy: resource.name,
    speed: resource.name === name ? (resource.limit * (replicas + 1)) / replicas : resource.limit,
  }));
  return limits.reduce((lowest, limit) => (limit.speed < lowest.speed ? limit : lowest));
}
