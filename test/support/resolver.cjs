// Jest's `resolver`.
const { join } = require('node:path');
const { cellWidth } = require('../../build/cell-width.cjs');

const SHARED_WIDTH = join(__dirname, 'string-width.mjs');

module.exports = (request, options) =>
  cellWidth(request, options.basedir) ??
  (request === 'string-width' ? SHARED_WIDTH : options.defaultResolver(request, options));
