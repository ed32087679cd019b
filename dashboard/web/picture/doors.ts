import { totalSlots, type UpstreamView } from '../../frame/frame.ts';
import { formatInteger } from '../ui/format.ts';

/** More doors than this do not fit; one then stands for several replicas. */
const MAX_DOORS = 8;

/** What one door of the picture stands for. */
export interface Door {
  replicas: number;
  /** True if the miners avoid it, or no replica answers. */
  closed: boolean;
  /** How many requests it serves at once; 0 = unlimited, null = not reported. */
  slots: number | null;
}

/** Returns the doors of rng or hasher: one per replica, or, if there are many, per group of replicas. */
export function doorsOf({ replicas, avoided, failures }: UpstreamView): Door[] {
  const responding = replicas.filter(({ name }) => !avoided.some((other) => other.name === name));
  const size = Math.max(1, Math.ceil((responding.length + avoided.length) / MAX_DOORS));
  const doors: Door[] = [];
  for (let first = 0; first < responding.length; first += size) {
    const group = responding.slice(first, first + size);
    doors.push({ replicas: group.length, closed: false, slots: totalSlots(group) });
  }
  for (let first = 0; first < avoided.length; first += size) {
    const count = Math.min(size, avoided.length - first);
    doors.push({ replicas: count, closed: true, slots: null });
  }
  if (doors.length > 0) return doors;
  return [{ replicas: 1, closed: failures !== null, slots: null }];
}

/** Returns how many requests all replicas together serve at once, in words; '' if it is not known. */
export function slotWords({ replicas }: UpstreamView): string {
  const slots = totalSlots(replicas);
  if (slots === null) return '';
  return slots === 0 ? 'all at once' : `${formatInteger(slots)} at a time`;
}
