// The `string-width` of cli-table3 (build/cell-width.cjs puts it there): its own does not know the newer emoji, and the
// one that does is an ES module, which cannot be required.
let measure = (text) => text.length;

module.exports = (text) => measure(text);

/** What texts are measured with from now on. */
module.exports.use = (other) => {
  measure = other;
};
