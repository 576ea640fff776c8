import { CLOUDS } from '../catalog/clouds.ts';
import { PERMISSIONS } from '../catalog/permissions.ts';
import type { SignInContext } from './context.ts';

/** Microsoft Graph Command Line Tools, a public client that exists in every tenant. */
export const GRAPH_COMMAND_LINE = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** The scope of a sign-in by a person: one delegated permission, which includes reading. */
export function userScope({ target }: Pick<SignInContext, 'target'>): string {
  return `https://${CLOUDS[target.cloud].graph}/${PERMISSIONS.write}`;
}
