import { usage } from '../errors.ts';

/** A JMESPath expression that is known to be one. */
export type Query = (data: unknown) => unknown;

/**
 * Compiles `--query`, before anything is sent.
 * @throws a `usage` Failure with the expression and what is wrong with it
 */
export async function compileQuery(expression: string): Promise<Query> {
  const { compile, TreeInterpreter } = await import('@jmespath-community/jmespath');
  const tree = refusing(expression, () => compile(expression));
  return (data) => refusing(expression, () => TreeInterpreter.search(tree, data as never) as unknown);
}

function refusing<T>(expression: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(
      `--query ${JSON.stringify(expression)}: ${why}`,
      'JMESPath wants names such as "@odata.type" in double quotes, and literals in backticks or single quotes',
    );
  }
}
