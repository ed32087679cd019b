/**
 * Which resource limits the speed, and what one more replica would change.
 * @module
 */
import type {
  Bottleneck,
  CpuView,
  Forecast,
  ReplicaLoad,
  ResourceName,
  StageView,
  Unequal,
} from './frame.ts';
import {
  avoidedOf,
  byUtilization,
  heldBy,
  withAnother,
  withoutReplica,
  type Outlook,
} from './replica-loads.ts';

/** A resource that every loop needs. */
interface Resource {
  name: ResourceName;
  kind: Bottleneck['resource'];
  utilization: number;
  /** The speed at which it would be fully utilized. */
  limit: number;
  replicas: number;
}

interface System {
  stages: StageView[];
  resources: Resource[];
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
  const supported = canForecast && isExplained && isMachineFree;
  const system = { stages, resources };
  const stage = kind === 'slots' ? stageOf(name, system) : undefined;
  const unequal = stage && unequalIn(stage, system, supported);
  return {
    ...{ name, resource: kind, utilization, limit },
    oneMore: supported ? withOneMore(name, busiest.replicas, system) : null,
    ...(unequal && { unequal }),
  };
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

function withOneMore(name: ResourceName, replicas: number, system: System): Forecast | null {
  if (name === 'machine' || name === 'redis' || name === 'producer') return null; // cannot be scaled by a replica
  const stage = stageOf(name, system);
  const outlook = stage?.loads && withAnother(stage.loads, stage.throughput);
  return outlook === null ? null : forecast(name, (replicas + 1) / replicas, outlook, system);
}

/** Returns how the replicas of a stage differ; undefined if they do not. */
function unequalIn(
  { name, loads = [], throughput }: StageView,
  system: System,
  canForecast: boolean,
): Unequal | undefined {
  const avoided = avoidedOf(loads, throughput);
  const { busy, others } = byUtilization(loads, avoided);
  const slow = avoided.length > 0 ? avoided : busy;
  if (others.length === 0 && avoided.length === 0) return undefined;
  const outlook =
    canForecast && slow.length === 1
      ? withoutReplica(loads, slow[0] as ReplicaLoad, throughput)
      : null;
  const factor = (loads.length - 1) / loads.length;
  return {
    busy: namesOf(busy),
    others: namesOf(others),
    othersUtilization: Math.max(0, ...others.map(({ utilization }) => utilization)),
    avoided: namesOf(avoided),
    held: heldBy(avoided, throughput).loops,
    without: outlook && forecast(name, factor, outlook, system),
  };
}

const namesOf = (loads: ReplicaLoad[]) => loads.map(({ name }) => name);

/**
 * Returns the speed that all resources allow if a stage gets more or fewer replicas.
 * @param factor by which the number of its replicas changes
 * @param outlook what its slots then allow; undefined = as many times more as there are replicas
 */
function forecast(
  name: ResourceName,
  factor: number,
  outlook: Outlook | undefined,
  system: System,
): Forecast {
  const limits = system.resources.map((resource) => {
    const { name: limitedBy, kind, limit } = resource;
    if (limitedBy === name) {
      return { limitedBy, speed: kind === 'slots' && outlook ? outlook.limit : limit * factor };
    }
    const isMiner = limitedBy === 'miner' && kind === 'slots' && outlook !== undefined;
    return { limitedBy, speed: isMiner ? minerLimit(name, outlook, system) : limit };
  });
  return limits.reduce((lowest, it) => (it.speed < lowest.speed ? it : lowest));
}

/** Returns how many loops per second the miners could do: while some of them wait at a slow replica, only the others mine. */
function minerLimit(name: ResourceName, { serviceMs, held }: Outlook, system: System): number {
  const miner = stageOf('miner', system);
  const elsewhereMs = (miner?.serviceMs ?? 0) - (stageOf(name, system)?.serviceMs ?? 0);
  const free = Math.max(0, (miner?.slots ?? 0) - held.loops);
  return held.throughput + (free * 1000) / (elsewhereMs + serviceMs);
}

const stageOf = (name: ResourceName, { stages }: System) =>
  stages.find((stage) => stage.name === name);
