import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/errors.ts';
import type { Place } from '../../src/service/overviews.ts';
import { follow, newTrack } from '../../src/service/track.ts';

const PLACE: Place = {
  configurationId: 'a',
  route: { via: 'direct', segments: [], certificateId: undefined, uncast: false },
};

describe('a track', () => {
  test('knows the first, the one before and the last, and what changed between them', () => {
    const reads = [{ failedCount: 3 }, { failedCount: 5 }, { failedCount: 4 }];
    const track = reads.reduce((before, read, at) => follow(before, read, at), newTrack(PLACE));
    expect(track).toMatchObject({
      first: reads[0],
      before: reads[1],
      overview: reads[2],
      readAt: 2,
      changed: ['failedCount'],
      lastChange: { at: 2, names: ['failedCount'] },
      history: reads,
    });
  });

  test('keeps what it knew where a look fails, and leaves a gap', () => {
    const read = follow(newTrack(PLACE), { failedCount: 3 }, 1);
    const failed = follow(read, new Failure('network', 'gone'), 2);
    expect(failed).toMatchObject({ overview: { failedCount: 3 }, readAt: 1, changed: [] });
    expect(failed.failure?.message).toBe('gone');
    const again = follow(failed, { failedCount: 3 }, 3);
    expect(again).toMatchObject({ failure: undefined, readAt: 3, changed: [], lastChange: undefined });
    expect(again.history).toEqual([{ failedCount: 3 }, undefined, { failedCount: 3 }]);
  });

  test('knows nothing before the first look', () => {
    expect(newTrack(PLACE)).toMatchObject({ place: PLACE, changed: [], history: [] });
  });

  test('holds the same overview once, and no more looks than a screen could show', () => {
    let track = newTrack(PLACE);
    for (let look = 0; look < 1_000; look += 1) track = follow(track, { failedCount: 3 }, look);
    expect(track.history).toHaveLength(240);
    expect(new Set(track.history).size).toBe(1);
    for (let look = 0; look < 300; look += 1) track = follow(track, new Failure('network', 'gone'), look);
    expect(track.history).toHaveLength(240);
  });
});
