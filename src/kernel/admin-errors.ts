import { type ErrorEntry, invalidRequest } from './error-entry.ts';

/** The part of the error catalogue that the admin API has for itself. */
export const adminErrors = {
  invalid_admin_secret: {
    status: 401,
    type: invalidRequest,
    code: 'invalid_admin_secret',
    retryable: false,
    step: 'administer',
    help: 'The admin API takes the admin secret as `Authorization: Bearer …`; `plantain admin secret` prints it.',
  },
  admin_secret_required: {
    status: 403,
    type: invalidRequest,
    code: 'admin_secret_required',
    retryable: false,
    step: 'administer',
    help: 'An API key was sent. It orders pictures; the admin API takes the admin secret.',
  },
  admin_api_closed: {
    status: 403,
    type: invalidRequest,
    code: 'admin_api_closed',
    retryable: false,
    step: 'administer',
    help: 'The server listens beyond this machine, and its operator set no admin secret: then the admin API answers this machine alone. `PLANTAIN_ADMIN_SECRET` opens it.',
  },
  not_found: {
    status: 404,
    type: invalidRequest,
    code: 'not_found',
    retryable: false,
    step: 'administer',
    help: 'There is no such key, project, order or upstream; the message says which.',
  },
  name_taken: {
    status: 409,
    type: invalidRequest,
    code: 'name_taken',
    retryable: false,
    step: 'administer',
    help: 'A live key of the project, or a live project, has that name. Choose another one, or change the one that has it.',
  },
  state_conflict: {
    status: 409,
    type: invalidRequest,
    code: 'state_conflict',
    retryable: false,
    step: 'administer',
    help: 'It cannot be done with that key or project as it stands: it is revoked or archived, or a name means several. The message says what can.',
  },
  adjustment_key_reused: {
    status: 422,
    type: invalidRequest,
    code: 'idempotency_key_reused',
    retryable: false,
    step: 'administer',
    help: 'The `Idempotency-Key` came with another adjustment before. Choose a new one for each.',
  },
  configuration_refused: {
    status: 422,
    type: invalidRequest,
    code: 'configuration_refused',
    retryable: false,
    step: 'administer',
    help: 'The configuration has the problems that the message lists. The one in force stays.',
  },
} as const satisfies Record<string, ErrorEntry>;
