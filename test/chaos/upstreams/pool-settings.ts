/**
 * An order's deadline: many times what a picture takes here, so that what hangs is given up in seconds, and more than
 * the catalogue says that a picture takes, since nobody waits for a turn that comes too late.
 */
const deadlineMs = 20_000;

/** A `plantain.yaml` with these upstreams, and the model `chaos`. */
export function upstreamSettings(
  upstreams: readonly { readonly name: string; readonly url: string }[],
): string {
  return JSON.stringify({
    upstreams: upstreams.map(({ name, url }) => ({
      name,
      kind: 'gemini',
      base_url: url,
      api_key: 'AIzaChaosChaosChaosChaosChaosChaosChaos',
    })),
    models: { chaos: { extends: 'gemini-2.5-flash-image', deadline_ms: { '1K': deadlineMs } } },
  });
}
