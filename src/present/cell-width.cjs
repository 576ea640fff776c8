// Replaces the `string-width` of cli-table3 (see build/cell-width.cjs). The version that cli-table3 requires does not know
// newer emoji; newer versions are ES modules, which it cannot require.
let measure = (text) => text.length;

module.exports = (text) => measure(text);

/** Sets the function that measures text. */
module.exports.use = (other) => {
  measure = other;
};
