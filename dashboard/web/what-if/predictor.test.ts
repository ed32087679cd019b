import { expect, test } from 'vitest';
import { MEASURED } from '../../../simulation/settings.ts';
import type { Answer } from './predict.ts';
import { Predictor, type Simulator } from './predictor.ts';
import type { Answered, Asked } from './worker.ts';

const question = {
  setup: { scale: { miner: 1, rng: 1, hasher: 1 }, settings: {} },
  costs: MEASURED,
  concurrency: null,
  rate: null,
};

test('answers to outdated questions are dropped', () => {
  const asked: Asked[] = [];
  const simulator = {
    postMessage: (message: Asked) => asked.push(message),
  } as unknown as Simulator;
  const answers: Answer[] = [];
  const predictor = new Predictor(() => undefined, simulator);
  const keep = (answer: Answer) => answers.push(answer);
  const reply = (to: Asked | undefined, answer: Answer) =>
    simulator.onmessage?.({
      data: { id: to?.id, answer },
    } as MessageEvent<Answered>);
  predictor.ask(question, keep);
  predictor.ask(question, keep);
  const curve = (speed: number): Answer => ({ curve: [{ miners: 1, speed }] });
  reply(asked[0], curve(1));
  reply(asked[1], curve(2));
  expect(answers).toEqual([curve(2)]);
  predictor.cancel();
  reply(asked[1], curve(3));
  expect(answers).toEqual([curve(2)]);
});
