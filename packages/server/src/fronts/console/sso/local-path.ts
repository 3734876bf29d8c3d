/** Where people land who asked for no page in particular, or for one that is not ours. */
export const HOME = '/console/';

const LENGTH_MAX = 1024;
/** Not of this world: a path that leads away from it leads elsewhere. */
const ORIGIN = 'https://console.invalid';
/** A path of the console in its normal form, and of characters that no browser takes for anything else. */
const PATH = /^\/console\/(?!sso(?:[/?#]|$))[A-Za-z0-9/._~!$&'()*+,;=:@%?#-]*$/;

/**
 * Where to go after signing in: a page of the console, and never another place, whatever a link says. Sign-in itself is no
 * such page, so that nobody goes round in circles.
 */
export function localPath(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > LENGTH_MAX) return HOME;
  if (!URL.canParse(wanted, ORIGIN)) return HOME;
  const { hash, origin, pathname, search } = new URL(wanted, ORIGIN);
  const path = `${pathname}${search}${hash}`;
  return origin === ORIGIN && wanted.startsWith(HOME) && PATH.test(path) ? path : HOME;
}
