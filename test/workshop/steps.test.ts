/**
 * The workshop's text agrees with what its tests can do. They run in `test/speed/workshop.test.ts` and
 * `test/compose/workshop.test.ts`.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '@dockercoins/common/service/env';
import { serviceSchemas } from '../../local/config.ts';
import { speedOf, systemOf } from '../../tools/lab/prediction/model.ts';
import { replicasIn } from './follow.ts';
import { knownCommand } from './known-commands.ts';
import { readSteps } from './steps.ts';

const steps = readSteps();
const commands = steps.filter((step) => step.kind === 'commands');

describe('in the workshop,', () => {
  test('tests can run each command, or the text says what covers it', () => {
    for (const { commands: ways, notRun } of commands) {
      if (notRun === undefined)
        for (const command of Object.values(ways).flat()) knownCommand(command);
    }
  });

  test('what covers the other commands exists', () => {
    const reasons = new Set(commands.map(({ notRun }) => notRun));
    for (const file of reasons) {
      if (file !== undefined) expect(existsSync(file), file).toBe(true);
    }
  });

  test('commands of another document are in it', () => {
    const quoted = commands.filter(({ notRun }) => notRun?.endsWith('.md'));
    expect(quoted.length).toBeGreaterThan(2);
    for (const { commands: ways, notRun = '' } of quoted) {
      const document = readFileSync(notRun, 'utf8');
      for (const command of ways.npm) {
        const [, overlay] = /^kubectl apply -k (\S+)$/.exec(command) ?? [];
        if (overlay === undefined) expect(document).toContain(command);
        else expect(existsSync(`${overlay}/kustomization.yaml`), command).toBe(true);
      }
    }
  });

  test('services of Swarm and Kubernetes are those of the files in deploy/', () => {
    const all = commands.flatMap(({ commands: ways }) => ways.npm).join('\n');
    const stack = readFileSync('deploy/swarm/stack.yaml', 'utf8');
    const inSwarm = [...all.matchAll(/\bdockercoins_(\w+)=/g)].map(([, name]) => name);
    expect(inSwarm).toEqual(['miner', 'rng']);
    for (const name of inSwarm) expect(stack).toMatch(new RegExp(`^  ${name}:$`, 'm'));
    const inKubernetes = [...all.matchAll(/\bdeployment\/(\w+)/g)].map(([, name]) => name);
    expect(inKubernetes).toEqual(['miner', 'rng']);
    for (const name of inKubernetes) {
      const manifest = readFileSync(`deploy/kubernetes/base/${name}.yaml`, 'utf8');
      expect(manifest).toMatch(new RegExp(`^kind: Deployment\\nmetadata:\\n  name: ${name}$`, 'm'));
    }
  });

  test('each sample of output passes the check of the real one', () => {
    const samples = commands.filter(({ output }) => output !== undefined);
    expect(samples.length).toBeGreaterThan(5);
    for (const { commands: ways, output = '' } of samples) {
      // The sample is that of the last command.
      knownCommand(ways.npm.at(-1) ?? '').check?.(output);
    }
  });

  test('settings are those of the services', () => {
    const known = Object.values(serviceSchemas).flatMap((schema) =>
      describeSettings(schema).map(({ name }) => name),
    );
    const assignments = commands
      .flatMap(({ commands: ways }) => Object.values(ways).flat())
      .flatMap((command) => [...command.matchAll(/\b([A-Z][A-Z_]+)=/g)]);
    const names = assignments.map(([, name]) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(known).toContain(name);
  });

  test('each speed is what the delays allow, less at most 3%', () => {
    const speeds = steps.filter((step) => step.kind === 'speed');
    expect(speeds.length).toBeGreaterThan(5);
    for (const speed of speeds) {
      const { miners = 1, rng } = steps
        .slice(0, steps.indexOf(speed))
        .flatMap((step) => (step.kind === 'commands' ? step.commands.npm : []))
        .map(replicasIn)
        .reduce((all, some) => ({ ...all, ...some }));
      const share = speed.hashesPerSecond / speedOf(systemOf(miners, rng ?? 1));
      expect(share, speed.heading).toBeGreaterThan(0.97);
      expect(share, speed.heading).toBeLessThanOrEqual(1);
    }
  });

  test('every speed that readers have guessed is folded', () => {
    const text = readFileSync('docs/workshop.md', 'utf8');
    const unfolded = text
      .replaceAll(/<details>[^]*?<\/details>/g, '')
      .replaceAll(/^```[^]*?^```/gm, '');
    expect(unfolded).not.toMatch(/\*\*[\d.]+ hashes\/s\*\*/);
    const [beforeTheIncidents = ''] = unfolded.split('## Incidents');
    const said = [...beforeTheIncidents.matchAll(/([\d.]+)\s+hashes\/s/g)].map(
      ([, speed]) => speed,
    );
    // What two, three, and ten miners did before the variation.
    expect(said).toEqual(['9.7', '6.6', '9.7', '20']);
    expect(unfolded).not.toMatch(/bottleneck is|stops helping/);
  });

  test('what students read before that does not name the cure', () => {
    const files = ['README.md', 'compose.yaml', 'local/args.ts', 'local/commands/scale.ts'];
    for (const file of files) {
      const text = readFileSync(file, 'utf8').replaceAll(/<details>[^]*?<\/details>/g, '');
      expect(text, file).not.toMatch(/rng=[2-9]|one request at a time|stops helping/);
    }
  });

  test('every command for npm start has one for Compose', () => {
    const onlyNpm = commands.filter(({ commands: ways }) => ways.compose.length === 0);
    expect(onlyNpm).toEqual([]);
  });
});

describe('readSteps', () => {
  test('joins the commands of both ways and the output below them', () => {
    const text = [
      '## One',
      '',
      '```sh\n# npm start\na\n```',
      '',
      '```sh\n# Compose\nb\nc\n```',
      '',
      '<details>\n<summary>Output</summary>\n\n```text\nout\nput\n```\n\n</details>',
      '',
      'The page shows **3.3 hashes/s**, not 3.3 hashes/s.',
      '',
      '### Two',
      '',
      '<!-- not run: reason -->',
      '```sh\nd # comment\n```',
      '',
      '```sh\ne\n```',
    ].join('\n');
    expect(readSteps(text)).toEqual([
      {
        kind: 'commands',
        heading: 'One',
        commands: { npm: ['a'], compose: ['b', 'c'] },
        output: 'out\nput',
        notRun: undefined,
      },
      { kind: 'speed', heading: 'One', hashesPerSecond: 3.3 },
      {
        kind: 'commands',
        heading: 'Two',
        commands: { npm: ['d'], compose: ['d'] },
        output: undefined,
        notRun: 'reason',
      },
      {
        kind: 'commands',
        heading: 'Two',
        commands: { npm: ['e'], compose: ['e'] },
        output: undefined,
        notRun: undefined,
      },
    ]);
  });
});
