import { PlantainError } from '../kernel/plantain-error.ts';

type Library = typeof import('oauth4webapi');

const wrongClient =
  'The identity provider does not take the client id and secret of this server: check oidc.client_id and oidc.client_secret.';
const cures: Readonly<Record<string, string>> = {
  access_denied: 'The identity provider let you not in, or you turned back there.',
  invalid_client: wrongClient,
  unauthorized_client:
    'The identity provider does not let this client sign people in: allow it the authorization code flow.',
  invalid_scope:
    'The identity provider does not know a scope of oidc.scopes, or does not give it to this client.',
  invalid_grant:
    'The code of this sign-in was used already, is too old, or was given for another address. Begin again.',
};

/** What one who signs in is told of whatever went wrong with their provider. The cause is for the log. */
export function loginError(oauth: Library, error: unknown): PlantainError {
  if (error instanceof PlantainError) return error;
  const refused = (message: string): PlantainError =>
    new PlantainError('login_refused', message, { cause: error });
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
    return /^(?:server_error|temporarily_unavailable)$/.test(error.error)
      ? away(error)
      : refused(cures[error.error] ?? `The identity provider said no: ${word(error.error)}.`);
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return refused(
      error.cause.some(({ parameters }) => parameters.error === 'invalid_token')
        ? 'The identity provider does not take the access token that it gave itself.'
        : wrongClient,
    );
  if (!(error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError))
    return away(error);
  if (error.code === oauth.JWT_TIMESTAMP_CHECK) return refused(clockMessage(error.cause));
  if (isKeyTrouble(oauth, error))
    return refused('What the identity provider said is not signed by a key that it publishes.');
  if (error.code === oauth.JWT_CLAIM_COMPARISON || error.code === oauth.UNSUPPORTED_OPERATION)
    return refused(`What the identity provider said is not for this sign-in: ${error.message}.`);
  if (error.code === oauth.INVALID_RESPONSE)
    return refused(`The identity provider's answer does not pass: ${error.message}.`);
  return away(error);
}

/** Whether another key may be the cure. */
export function isKeyTrouble(oauth: Library, error: unknown): boolean {
  return (
    error instanceof oauth.OperationProcessingError &&
    (error.code === oauth.KEY_SELECTION || /signature verification failed/.test(error.message))
  );
}

function away(cause: unknown): PlantainError {
  const message =
    'The identity provider cannot be reached, or its answer cannot be read. Try again later, or sign in with the admin secret. The log of the server has the reason.';
  return new PlantainError('login_provider_away', message, { cause });
}

/** The token's own times beside ours: one of the clocks is wrong, and whoever reads it sees which. */
function clockMessage(cause: unknown): string {
  const { now, claims } = (cause ?? {}) as { now?: number; claims?: Readonly<Record<string, unknown>> };
  const shown = (seconds: unknown): string =>
    typeof seconds === 'number' && Math.abs(seconds) < 8e12
      ? new Date(seconds * 1000).toISOString()
      : 'an unknown time';
  return `By this server's clock it is ${shown(now)}; what the identity provider said counts from ${shown(claims?.['nbf'] ?? claims?.['iat'])} until ${shown(claims?.['exp'])}. Set the clock that is wrong, or begin again.`;
}

/** Words of strangers that are shown. */
const word = (text: string): string => text.replaceAll(/[^\w .-]/g, '').slice(0, 60);
