import { PlantainError } from '../../kernel/plantain-error.ts';

/** No credentials to ask an upstream with. `cause` tells the operator why, without anything secret. */
export class CredentialsError extends PlantainError {
  /** `isPassing`: whoever gives them out cannot be reached, or says that it failed. */
  constructor(reason: string, { isPassing = false }: { readonly isPassing?: boolean } = {}) {
    const details = { cause: reason };
    if (isPassing)
      super(
        'upstream_unavailable',
        "The gateway's credentials for its upstream cannot be renewed just now.",
        details,
      );
    else
      super(
        'upstream_auth_error',
        'The gateway has no credentials for its upstream. The operator has to act.',
        details,
      );
    this.name = 'CredentialsError';
  }
}
