/** The codings that files are kept in beside the plain one, the smallest first, with the ending of their names. */
const kept = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The coding a client takes a file in, of those there are; undefined: as it is (RFC 9110, section 12.5.3). */
export function acceptedEncoding(
  header: string | undefined,
  has: (ending: string) => boolean,
): { readonly coding: string; readonly ending: string } | undefined {
  const weights = new Map(
    (header ?? '').split(',').map((item) => {
      const [name = '', ...parameters] = item
        .toLowerCase()
        .split(';')
        .map((part) => part.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
    }),
  );
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0;
  const [best] = kept
    .filter(([coding, ending]) => weightOf(coding) > 0 && has(ending))
    .toSorted(([a], [b]) => weightOf(b) - weightOf(a));
  return best === undefined ? undefined : { coding: best[0], ending: best[1] };
}
