import type { MetadataLevel } from './entity.ts';
import { badRequest } from './problem.ts';

const LEVELS: readonly MetadataLevel[] = ['none', 'minimal', 'full'];

/**
 * The metadata level in `Accept`; default `minimal`.
 * @throws a Problem for a level that OData does not have
 */
export function readMetadataLevel(accept: string | undefined): MetadataLevel {
  const asked = /odata\.metadata=([^;,\s]*)/i.exec(accept ?? '')?.[1]?.toLowerCase();
  if (asked === undefined) return 'minimal';
  const level = LEVELS.find((name) => name === asked);
  if (level !== undefined) return level;
  throw badRequest(`The media type '${accept}' is not supported: odata.metadata is none, minimal or full.`);
}

/** The content type of an answer with entities, in Graph's form. */
export function jsonType(level: MetadataLevel): string {
  return `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=false;charset=utf-8`;
}
