/** What a server says when it was told to stop: what it waits for, and what a second signal costs. */
export function stoppingText(openRequests: number, graceMs: number): string {
  if (openRequests === 0) return 'plantain: stopping.\n';
  const [what, these] =
    openRequests === 1
      ? ['1 request', 'its picture']
      : [`${String(openRequests)} requests`, 'their pictures'];
  return `plantain: stopping. ${what} in flight may finish, for at most ${String(Math.ceil(graceMs / 1000))} s. A second Ctrl-C ends at once: ${these} would be lost and yet booked, at the reserved price.\n`;
}
