import { type Failure, usage } from '../outcome/errors.ts';

/** A compiled JMESPath expression. */
export type Query = (data: unknown) => unknown;

/**
 * Compiles the expression of `--query`, before anything is sent.
 * @throws a `usage` Failure with the expression and the reason
 */
export async function compileQuery(expression: string): Promise<Query> {
  const { compile, isRegistered, TreeInterpreter } = await import('@jmespath-community/jmespath');
  const tree = refusing(expression, () => compile(expression));
  const unknown = functionsOf(tree).find((name) => !isRegistered(name));
  if (unknown !== undefined) throw wrong(expression, `there is no function ${unknown}()`);
  return (data) => refusing(expression, () => TreeInterpreter.search(tree, data as never) as unknown);
}

function refusing<T>(expression: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    // The library walks the tree recursively, so a RangeError is a stack overflow.
    if (error instanceof RangeError) throw wrong(expression, 'it nests too deeply');
    throw wrong(expression, error instanceof Error ? error.message : String(error));
  }
}

function wrong(expression: string, why: string): Failure {
  return usage(
    `--query ${JSON.stringify(expression)}: ${why}`,
    'in JMESPath, names such as "@odata.type" are in double quotes, and literals in backticks or single quotes',
  );
}

/** The functions that an expression calls. Iterative, since the tree may be deep. */
function functionsOf(tree: unknown): string[] {
  const called: string[] = [];
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    // A literal is data, even if it has the form of a function node.
    if (typeof node !== 'object' || node === null || ('type' in node && node.type === 'Literal')) continue;
    if ('type' in node && node.type === 'Function' && 'name' in node) called.push(String(node.name));
    for (const part of Object.values(node)) if (part !== undefined) open.push(part);
  }
  return called;
}
