/** Headers a browser needs to read an answer from another origin. Off unless the operator names origins. */
export function corsHeaders(
  allowedOrigins: readonly string[],
  origin: string | undefined,
): Record<string, string> {
  if (allowedOrigins.length === 0 || origin === undefined) return {};
  const isOpen = allowedOrigins.includes('*');
  if (!isOpen && !allowedOrigins.includes(origin)) return { vary: 'origin' };
  return {
    'access-control-allow-origin': isOpen ? '*' : origin,
    'access-control-expose-headers':
      'x-request-id, plantain-upstream, plantain-attempts, plantain-adapted, plantain-cost-micro-usd, plantain-idempotent-replay, plantain-original-request-id, openai-processing-ms, retry-after, retry-after-ms, plantain-budget-resets, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-images, x-ratelimit-remaining-images, x-ratelimit-reset-images',
    ...(!isOpen && { vary: 'origin' }),
  };
}
