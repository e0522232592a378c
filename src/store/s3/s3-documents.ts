/** An object as a list has it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** One page of a list. */
export interface ListPage<Entry> {
  readonly entries: readonly Entry[];
  /** What to ask the next page with; undefined after the last one. */
  readonly next: string | undefined;
}

/** An upload in parts that was begun and neither completed nor given up. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAtMs: number;
}

/** Reads what `GET ?list-type=2` answers. */
export function readObjectList(document: string): ListPage<ListedObject> {
  const entries = [...blocks(document, 'Contents')].map((block) => ({
    key: field(block, 'Key'),
    sizeBytes: Number(field(block, 'Size')),
    modifiedAtMs: Date.parse(field(block, 'LastModified')),
  }));
  return { entries, next: next(document, 'NextContinuationToken') };
}

/** Reads what `GET ?uploads` answers. `next` is the last key of the page. */
export function readUploadList(document: string): ListPage<OpenUpload> {
  const entries = [...blocks(document, 'Upload')].map((block) => ({
    key: field(block, 'Key'),
    uploadId: field(block, 'UploadId'),
    initiatedAtMs: Date.parse(field(block, 'Initiated')),
  }));
  return { entries, next: next(document, 'NextKeyMarker') };
}

/** What stands between the tags of a name; empty when it is not there. */
export function field(document: string, name: string): string {
  return decodeEntities(blocks(document, name).next().value ?? '');
}

function next(document: string, name: string): string | undefined {
  return field(document, 'IsTruncated') === 'true' ? field(document, name) || undefined : undefined;
}

/** What stands between each pair of the tags of a name, which are never inside each other in these documents. */
function* blocks(document: string, name: string): Generator<string, undefined> {
  const [open, close] = [`<${name}>`, `</${name}>`];
  for (let at = document.indexOf(open); at !== -1; at = document.indexOf(open, at)) {
    const end = document.indexOf(close, at);
    if (end === -1) return;
    yield document.slice(at + open.length, end);
    at = end;
  }
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[String(name)] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
