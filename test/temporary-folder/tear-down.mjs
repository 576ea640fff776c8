import { rmSync } from 'node:fs';

export default function tearDown() {
  rmSync(process.env.GRAPH_OVERVIEW_TESTS, { recursive: true, force: true });
}
