/**
 * CPU use of this machine and of this process.
 * @module
 */
import { cpus, type CpuInfo } from 'node:os';
import { CpuMeter } from '@dockercoins/common/service/cpu';
import type { MachineUse } from '../frame/cpu.ts';

/** Time that all cores together have been busy and idle since the machine started (ms). */
interface MachineTime {
  busy: number;
  idle: number;
}

/** Measures from one call to the next, about once a second. */
export class Machine {
  readonly #own = new CpuMeter();
  #time = machineTime(cpus());

  read(): MachineUse {
    const all = cpus();
    return { cores: all.length, machine: this.#share(all), dashboard: this.#own.share() };
  }

  #share(cores: CpuInfo[]): number | null {
    const before = this.#time;
    const now = (this.#time = machineTime(cores));
    const busy = now.busy - before.busy;
    const all = busy + now.idle - before.idle;
    return all <= 0 ? null : busy / all;
  }
}

function machineTime(cores: CpuInfo[]): MachineTime {
  const times = { busy: 0, idle: 0 };
  for (const { times: core } of cores) {
    times.idle += core.idle;
    times.busy += core.user + core.nice + core.sys + core.irq;
  }
  return times;
}
