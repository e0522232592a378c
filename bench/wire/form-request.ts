import type { RawRequest } from './raw-request.ts';

const boundary = 'plantain-bench-boundary-7MA4YWxkTrZu0gW';

/** A multipart form with PNG files. */
export function formRequest(
  path: string,
  fields: Readonly<Record<string, string>>,
  fileField: string,
  files: readonly Buffer[],
  headers: Readonly<Record<string, string>>,
): RawRequest {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(fields)) {
    parts.push(
      Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
  }
  for (const [index, file] of files.entries()) {
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${fileField}"; filename="${index}.png"\r\ncontent-type: image/png\r\n\r\n`;
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
