import { type Failure, usage } from '../outcome/errors.ts';

/** A JMESPath expression that is known to be one. */
export type Query = (data: unknown) => unknown;

/**
 * Compiles `--query`, before anything is sent.
 * @throws a `usage` Failure with the expression and what is wrong with it
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
    // The library goes into a tree by calling itself.
    if (error instanceof RangeError) throw wrong(expression, 'it nests too deeply');
    throw wrong(expression, error instanceof Error ? error.message : String(error));
  }
}

function wrong(expression: string, why: string): Failure {
  return usage(
    `--query ${JSON.stringify(expression)}: ${why}`,
    'JMESPath wants names such as "@odata.type" in double quotes, and literals in backticks or single quotes',
  );
}

/** The functions that an expression calls, wherever in its tree, however deep that is. */
function functionsOf(tree: unknown): string[] {
  const called: string[] = [];
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    // A literal is data, whatever it looks like.
    if (typeof node !== 'object' || node === null || ('type' in node && node.type === 'Literal')) continue;
    if ('type' in node && node.type === 'Function' && 'name' in node) called.push(String(node.name));
    for (const part of Object.values(node)) if (part !== undefined) open.push(part);
  }
  return called;
}
