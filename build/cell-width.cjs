// Where the `string-width` that cli-table3 requires is found: the program's own measure. Everybody else gets the package.
const { join } = require('node:path');

const OURS = join(__dirname, '../src/present/cell-width.cjs');

/**
 * @param importer the file that imports, or its folder
 * @returns undefined where it is another module, or another importer
 */
function cellWidth(request, importer) {
  return request === 'string-width' && /[\\/]cli-table3[\\/]/.test(`${importer}/`) ? OURS : undefined;
}

/** Jest's `resolver`. */
module.exports = (request, options) =>
  cellWidth(request, options.basedir) ?? options.defaultResolver(request, options);

/** For bundlers. */
module.exports.cellWidth = cellWidth;
