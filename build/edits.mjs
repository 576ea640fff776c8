// What build/bundle.mjs changes in a chunk that esbuild made a CommonJS module. Each change leaves the lines where they
// are, so that the source map holds.

/** What esbuild writes for a module's exports, so that they work in whatever loads them. */
const EXPORTS =
  /^var (\w+) = \{\};\n__export\(\1, \{\n([\s\S]*?)\n\}\);\nmodule\.exports = __toCommonJS\(\1\);$/m;

/** A function that esbuild puts at the head of a module. */
const HEAD = /^var (__\w+) = (?:.*;|[\s\S]*?\n(?:\}|\)\));)$/gm;

/** Chunks are loaded by src/launch.ts alone: plain getters do, without 700 characters at the head of each to make them. */
export function withPlainExports(code) {
  const plain = code
    .replace(EXPORTS, (_, _name, rows) => {
      const getters = rows.replaceAll(/^ {2}(\S+): \(\) => (.+?)(?=,?$)/gm, '  get $1() { return $2; }');
      return `\nmodule.exports = {\n${getters}\n};\n`;
    })
    .replaceAll(/__toESM\((require\("\.\/[^"]+"\))\)/g, '$1');
  return withoutUnused(plain);
}

/** Without the functions at the head that nothing calls any more; the lines stay. */
function withoutUnused(code) {
  const rest = code.replaceAll(HEAD, (text, name) =>
    code.split(name).length > 2 ? text : '\n'.repeat(text.split('\n').length - 1),
  );
  return rest === code ? code : withoutUnused(rest);
}

/** Modules of Node are loaded when they are first used, not where they are imported: some take milliseconds. */
export function withLateBuiltins(code) {
  const names = new Set();
  const late = code.replaceAll(/^var (import_\w+) = require\(("node:[\w/]+")\);$/gm, (_, name, specifier) => {
    names.add(name);
    return `var ${name}_, ${name} = () => (${name}_ ??= require(${specifier}));`;
  });
  return late.replaceAll(/\b(import_\w+)\.(?=\w)/g, (use, name) => (names.has(name) ? `(${name}()).` : use));
}
