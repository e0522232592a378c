import { PlantainError } from '../../kernel/plantain-error.ts';

/**
 * The path of a picture that a server delivers by a link. Only one on the server's own origin, which is asked over the
 * same connections as everything else: a server that names another host could lead this process anywhere in its network.
 * Throws `upstream_unreadable`.
 */
export function pathOfLink(link: string, origin: string): string {
  const url = URL.parse(link, origin);
  if (url === null || url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') {
    const message =
      'The upstream delivers its picture by a link to another address than its own, which is not followed. The operator has to set it up to deliver base64.';
    throw new PlantainError('upstream_unreadable', message);
  }
  return `${url.pathname}${url.search}`;
}
