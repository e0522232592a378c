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
    help: 'The ledger has no such order, or the configuration no such upstream; the message says which.',
  },
  configuration_refused: {
    status: 422,
    type: invalidRequest,
    code: 'configuration_refused',
    retryable: false,
    step: 'administer',
    help: 'The configuration has the problems that the message lists. The one in force stays.',
  },
  too_many_reports: {
    status: 429,
    type: 'requests',
    code: 'rate_limit_exceeded',
    retryable: true,
    step: 'administer',
    help: 'Reports are made a few at a time, so that orders do not wait for them, and more wait already than have a place in line.',
  },
} as const satisfies Record<string, ErrorEntry>;
