import { CLOUDS } from '../catalog/clouds.ts';
import { PERMISSIONS } from '../catalog/permissions.ts';
import type { SignInContext } from './context.ts';

/** Microsoft's public client for Graph command lines: there in every tenant, consented to by many. */
export const GRAPH_COMMAND_LINE = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** The one delegated permission that people are asked to consent to. It covers reading too. */
export function userScope({ target }: Pick<SignInContext, 'target'>): string {
  return `https://${CLOUDS[target.cloud].graph}/${PERMISSIONS.write}`;
}
