/**
 * Validates objects against the published schemas of Kubernetes and KEDA.
 * @module
 */
import { join } from 'node:path';
import ts from 'typescript';
import type { KubernetesObject } from './objects.ts';

/** Returns the module with the schemas of an API version. */
const moduleOf = (apiVersion: string) =>
  apiVersion.startsWith('keda.sh/')
    ? `@kubernetes-models/keda/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;

type Model = new (object: KubernetesObject) => { validate: () => void };

/** Returns what is wrong with the objects: unknown kinds and fields, missing fields, invalid values. */
export async function schemaProblems(objects: KubernetesObject[]): Promise<string[]> {
  const invalid = await Promise.all(objects.map(invalidValue));
  return [...invalid.filter((problem) => problem !== undefined), ...typeErrors(objects)];
}

async function invalidValue(object: KubernetesObject): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = object;
  try {
    const module = (await import(`${moduleOf(apiVersion)}/${kind}`)) as Record<string, Model>;
    const model = module[kind];
    if (model === undefined) throw new Error(`no ${kind} in ${apiVersion}`);
    new model(object).validate();
    return undefined;
  } catch (err) {
    return `${kind} ${metadata.name}: ${(err as Error).message}`;
  }
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

/** The schemas allow unknown fields, so mistyped names would pass. TypeScript rejects them in object literals. */
function typeErrors(objects: KubernetesObject[]): string[] {
  const sources = new Map(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      const file = join(process.cwd(), `${kind} ${metadata.name}.ts`);
      const type = `import('${moduleOf(apiVersion)}/${kind}').I${kind}`;
      return [file, `export const object: ${type} = ${JSON.stringify(object)};`];
    }),
  );
  const host = ts.createCompilerHost(OPTIONS);
  const readFile = host.readFile.bind(host);
  host.readFile = (file) => sources.get(file) ?? readFile(file);
  const program = ts.createProgram([...sources.keys()], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const name = file?.fileName.slice(process.cwd().length + 1, -'.ts'.length);
    return `${name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
