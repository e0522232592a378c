import { type ErrorEntry, invalidRequest } from './error-entry.ts';

/** The part of the error catalogue that comes of files sent ahead, on Gemini's own route. */
export const fileErrors = {
  file_not_accessible: {
    status: 403,
    type: invalidRequest,
    code: 'file_not_accessible',
    retryable: false,
    step: 'read',
    help: 'No such file, or it is not yours, or its 48 hours are over: Google tells none of them apart, and neither does this server.',
  },
  file_exists: {
    status: 409,
    type: invalidRequest,
    code: 'file_exists',
    retryable: false,
    step: 'read',
    help: 'You already have a file of that name. Use it, delete it, or choose another name.',
  },
  file_space_used_up: {
    status: 429,
    type: invalidRequest,
    code: 'file_space_used_up',
    retryable: false,
    step: 'read',
    help: 'The files of your key take all the room they may (`native.file_space_bytes`). Delete some; each goes by itself after 48 hours.',
  },
} as const satisfies Record<string, ErrorEntry>;
