// Which branches of the parsers the fuzzers reach, from the counters that Jest's coverage puts into them. V8's own
// coverage has no total: it reports a branch only where its count differs from that of the code around it.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { UNREACHED } from './unreached.mjs';

/** The sources that read external input; the others of these folders have no input of their own. */
const PARSERS = [
  'src/input/*.ts',
  'src/overview/{body,difference,id,instant,match-name,metadata,nearest-route,nearest-word,payload,reference,route,value}.ts',
  'src/overview/condition/*.ts',
  'src/runs/{journal-entries,journal-state,plan-file,read-record}.ts',
  'src/state/read-log.ts',
  'src/graph/{batch,body-buffer,challenge,content-coding,failure,page,pages,reason,retry-after}.ts',
  'src/graph/quota/record.ts',
  'src/sign-in/claims.ts',
  'src/report/read-listing.ts',
  'src/text/*.ts',
];

/** Arguments for Jest that count branches, and write the counts into a folder. */
export function coverageArguments(folder) {
  return [
    ...[
      '--coverage',
      '--coverageProvider=babel',
      '--coverageReporters=json',
      `--coverageDirectory=${folder}`,
    ],
    ...PARSERS.map((pattern) => `--collectCoverageFrom=${pattern}`),
  ];
}

/** @returns for each source its branches, and those that no case has reached, by line */
export function readCoverage(file, root) {
  const counted = Object.entries(JSON.parse(readFileSync(file, 'utf8')));
  return counted
    .map(([path, counts]) => sourceOf(relative(root, path), readFileSync(path, 'utf8').split('\n'), counts))
    .filter(({ all }) => all > 0)
    .sort((one, other) => one.name.localeCompare(other.name));
}

function sourceOf(name, lines, { b: counters, branchMap }) {
  const branches = Object.entries(counters).flatMap(([id, counts]) =>
    counts.map((count, index) => ({
      count,
      // The else that an `if` does not have has no place of its own.
      line: branchMap[id].locations[index]?.start?.line ?? branchMap[id].loc.start.line,
    })),
  );
  const missed = branches.filter(({ count }) => count === 0).map(({ line }) => line);
  const unreached = [...new Set(missed)]
    .sort((one, other) => one - other)
    .map((line) => {
      const text = lines[line - 1].trim();
      const [, reason] = (UNREACHED[name] ?? []).find(([part]) => text.includes(part)) ?? [];
      return { line, text, reason };
    });
  return { name, all: branches.length, reached: branches.length - missed.length, unreached };
}
