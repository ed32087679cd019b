/**
 * The simulation, apart from the page, which never waits for it.
 * @module
 */
import { predict, type Answer, type Question } from './predict.ts';

export interface Asked {
  id: number;
  question: Question;
}

export interface Answered {
  id: number;
  answer: Answer;
}

/** Of the latest question. Answers to earlier ones are of no use. */
let latest = 0;

/** Lets newer questions arrive. */
const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));

async function reply({ id, question }: Asked): Promise<void> {
  for (const answer of predict(question)) {
    if (answer !== undefined) postMessage({ id, answer } satisfies Answered);
    await nextTurn();
    if (id !== latest) return;
  }
}

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  latest = data.id;
  void reply(data);
});
