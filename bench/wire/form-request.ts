import type { RawRequest } from './raw-request.ts';

const boundary = 'plantain-bench-boundary-7MA4YWxkTrZu0gW';

/** A multipart form with pictures by the names of their fields; those of a list have the same one. */
export function formRequest(
  path: string,
  fields: Readonly<Record<string, string>>,
  files: Readonly<Record<string, Buffer | readonly Buffer[]>>,
  headers: Readonly<Record<string, string>>,
): RawRequest {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
  }
  const named = Object.entries(files).flatMap(([field, some]) =>
    (Buffer.isBuffer(some) ? [some] : some).map((file) => [field, file] as const),
  );
  for (const [index, [field, file]] of named.entries()) {
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${index}.png"\r\ncontent-type: image/png\r\n\r\n`;
    parts.push(Buffer.from(head), file, Buffer.from('\r\n'));
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    method: 'POST',
    path,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
    body: Buffer.concat(parts),
  };
}
