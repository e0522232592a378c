import type { ErrorCode } from '../kernel/error-catalogue.ts';

/** Where an error is explained: its place on the page of errors, in the repository and in the installed package. */
export function docsUrl(code: ErrorCode): string {
  return `docs/errors.md#${code}`;
}
