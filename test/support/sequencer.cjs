// The order of the test files: first those that are left out of `npm run test:unit`, since they take longest or wait for
// programs, so that no worker is idle at the end. Within both groups it is Jest's order.
const { default: Sequencer } = require('@jest/test-sequencer');
const selectShort = require('./in-process.cjs');

module.exports = class extends Sequencer {
  async sort(tests) {
    const { filtered } = await selectShort(tests.map(({ path }) => path));
    const short = new Set(filtered);
    const sorted = super.sort(tests);
    return [
      ...sorted.filter(({ path }) => !short.has(path)),
      ...sorted.filter(({ path }) => short.has(path)),
    ];
  }
};
