const known = new WeakMap<Blob, Promise<string>>();

/** A picture as a `data:` URL, made once: prices are asked for with every change. */
export function dataUrlOf(blob: Blob): Promise<string> {
  const url = known.get(blob) ?? read(blob);
  known.set(blob, url);
  return url;
}

function read(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('the picture cannot be read')));
    reader.readAsDataURL(blob);
  });
}

/** The bytes of base64, as a picture of that type. */
export function blobOfBase64(base64: string, type: string): Blob {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new Blob([bytes], { type });
}
