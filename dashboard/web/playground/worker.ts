/**
 * Simulates in a thread of its own, so that the page never waits.
 * @module
 */
import type { Frame, Outage } from '../../frame/frame.ts';
import type { TimedHappening } from '../../../simulation/happenings.ts';
import type { JobAnswer, News, Order } from './messages.ts';
import { pointsOf, Run } from './run.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { planFor, type Setup } from './setup.ts';

/** At most five messages a second: more would keep the page busy, and nobody reads faster. */
const MIN_TICK_MS = 200;

/** Timers fire a little early or late. */
const TOLERANCE_MS = 50;

/** Time that a device slept or was suspended is not made up for. */
const MAX_GAP_MS = 2000;

/** How much real time a tick may take. A device that is too slow for the pace falls behind, but still obeys. */
const MAX_WORK_MS = 150;

let run = startRun({ scale: {}, settings: {}, seed: 1, events: [] });
let runs = 0;
let pace = 0;
let timer: ReturnType<typeof setInterval> | undefined;
/** Virtual milliseconds that are due, and until when they were counted. */
let due = { ms: 0, since: 0 };

function startRun(setup: Setup): Run {
  const scenario = setup.scenario === undefined ? undefined : SCENARIOS[setup.scenario];
  const { plan, events } = planFor(setup, scenario);
  return new Run(plan, events, scenario);
}

function setPace(perSecond: number): void {
  pace = perSecond;
  due = { ms: 0, since: performance.now() };
  clearInterval(timer);
  if (pace > 0) timer = setInterval(tick, Math.max(MIN_TICK_MS, 1000 / pace));
}

function tick(): void {
  const now = performance.now();
  due.ms += Math.min(MAX_GAP_MS, now - due.since) * pace;
  due.since = now;
  const messages: (Frame | Outage)[] = [];
  while (due.ms >= 1000 - TOLERANCE_MS) {
    messages.push(run.nextSecond());
    due.ms -= 1000;
    if (performance.now() - now > MAX_WORK_MS) due.ms = 0;
  }
  tell(messages);
}

function tell(messages: (Frame | Outage)[], event?: TimedHappening): void {
  const { now, places, situation, answer } = run;
  const message = messages.at(-1);
  const between = pointsOf(messages.slice(0, -1));
  const news: News = { run: runs, message, between, now, places, situation, answer, event };
  postMessage(news);
}

onmessage = ({ data }: MessageEvent<Order>) => {
  switch (data.kind) {
    case 'start':
      runs++;
      run = startRun(data.setup);
      setPace(0);
      tell([]);
      break;
    case 'pace':
      setPace(data.pace);
      break;
    case 'step': {
      const message = run.step();
      tell(message === undefined ? [] : [message]);
      break;
    }
    case 'happen': {
      const { event, frame } = run.happen(data.happening);
      tell(frame === undefined ? [] : [frame], event);
      break;
    }
    case 'job':
      postMessage({ path: run.jobPath(data.query) } satisfies JobAnswer);
  }
};
