// Resolves the `string-width` that cli-table3 requires to src/present/cell-width.cjs. Other importers get the package.
const { join } = require('node:path');

const REPLACEMENT = join(__dirname, '../src/present/cell-width.cjs');

/**
 * @param importer the file that imports, or its folder
 * @returns the path of the replacement; undefined for another module or another importer
 */
function cellWidth(request, importer) {
  return request === 'string-width' && /[\\/]cli-table3[\\/]/.test(`${importer}/`) ? REPLACEMENT : undefined;
}

module.exports = { cellWidth };
