import { expect, test } from 'vitest';
import { composeCommands } from '../stack/deployment/commands.ts';
import { steps } from './steps.ts';
import { showPredictions, showQuestion } from './text.ts';

test.each(steps)(
  'the question of $name gives neither the prediction nor its reason away',
  (step) => {
    const commands = step.commands({ kind: 'compose', commands: composeCommands });
    const announcement = { ...step, commands };
    const question = showQuestion(announcement, 1, steps.length);
    const [expected = '', ...more] = showPredictions(announcement).split('\n');
    expect(question).toContain(step.question);
    for (const line of [expected, ...more]) expect(question).not.toContain(line.slice(11));
  },
);
