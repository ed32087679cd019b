import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PARTS } from './scenario.ts';
import { pickScenario, scenarioNamed, SCENARIOS } from './all.ts';

test('a seed always picks the same scenario, and all scenarios are picked', () => {
  const pick = () => Array.from({ length: 200 }, (_, seed) => pickScenario(seed).name);
  expect(pick()).toEqual(pick());
  expect(new Set(pick()).size).toBe(SCENARIOS.length);
});

test('names are unique, and so is each answer', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  const answers = SCENARIOS.map(({ part, cause }) => `${part}: ${cause}`);
  expect(new Set(answers).size).toBe(SCENARIOS.length);
  expect(SCENARIOS.every(({ part }) => PARTS.includes(part))).toBe(true);
});

test('a scenario is found by its name', () => {
  for (const scenario of SCENARIOS) expect(scenarioNamed(scenario.name)).toBe(scenario);
  expect(() => scenarioNamed('fire')).toThrow('no scenario is called fire');
});

test("the trainer's notes recommend scenarios that exist", () => {
  const [, recommended = ''] =
    /Good ones to begin with: ([^]*?)\n\n/.exec(readFileSync('docs/trainer.md', 'utf8')) ?? [];
  const names = [...recommended.matchAll(/`(\w[\w-]*)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) expect(scenarioNamed(name).name).toBe(name);
});
