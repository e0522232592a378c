import { type ListedObject, readObjectList } from './s3-documents.ts';
import type { S3Requests } from './s3-requests.ts';

/** Every object whose key begins so, page by page; keys come without what was asked for. */
export async function* listObjects(requests: S3Requests, folder: string): AsyncGenerator<ListedObject> {
  const prefix = requests.prefix + folder;
  let next: string | undefined;
  do {
    const query = { 'list-type': '2', prefix, ...(next !== undefined && { 'continuation-token': next }) };
    const page = readObjectList(await requests.ask({ method: 'GET', query }));
    for (const entry of page.entries) yield { ...entry, key: entry.key.slice(prefix.length) };
    next = page.next;
  } while (next !== undefined);
}
