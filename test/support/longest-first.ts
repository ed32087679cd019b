/**
 * The order of test files: the longest of a project first, so that none of them runs alone at the end.
 * @module
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take a minute or more. Of the others, Vitest starts the largest first. */
const LONG = [
  'speed/workshop',
  'speed/lab',
  'speed/what-if',
  'course/incidents-processes',
  'course/incidents-command',
  'deep/redis-groups',
  'states/stoppages',
].map((name) => `/test/${name}.test.ts`);

const isLong = ({ moduleId }: TestSpecification) => LONG.some((path) => moduleId.endsWith(path));

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = Map.groupBy(sorted, ({ project }) => project);
    return [...projects.values()].flatMap((own) => [
      ...own.filter(isLong),
      ...own.filter((file) => !isLong(file)),
    ]);
  }
}
