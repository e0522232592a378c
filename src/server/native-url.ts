/** A version of Gemini's API or Vertex's, alone or written several times, as in a base URL that already had one. */
const versions = /^(?:\/v1(?:alpha|beta1?)?(?=\/))+/;
const resource =
  /^\/(?:models|files|projects|publishers|tunedModels|cachedContents|interactions|webhooks|batches|corpora|fileSearchStores|operations|dynamic|agents|live|ws|generatedFiles)(?:[/:]|$)/;
const upload = /^\/upload(?=\/)/;

/**
 * The spellings of Gemini's paths that clients really use, in one: repeated versions are folded to the last, and one with
 * `beta` holds against a `v1` (docs/contracts/clients.md#native-paths). Undefined for other paths. `path`: without a query
 * and doubled slashes.
 */
export function canonicalNativePath(path: string): string | undefined {
  const outer = versions.exec(path)?.[0] ?? '';
  const isUpload = upload.test(path.slice(outer.length));
  const rest = isUpload ? path.slice(outer.length).replace(upload, '') : path;
  const chain = versions.exec(rest)?.[0] ?? '';
  const tail = rest.slice(chain.length);
  if (!resource.test(tail) || (outer === '' && chain === '')) return undefined;
  const named = `${isUpload ? outer : ''}${chain}`.split('/').filter((part) => part !== '');
  const version = named.findLast((part) => part !== 'v1') ?? 'v1';
  return `${isUpload ? '/upload' : ''}/${version}${tail}`;
}
