const dayMs = 24 * 3600 * 1000;

/** The next midnight on the Pacific coast, where daily quotas come back (docs/contracts/gemini.md#quota-errors). */
export function nextPacificMidnightMs(nowMs: number): number {
  const guess = nowMs + dayMs - timeOfDayMs(nowMs);
  // On the two days a year that are an hour longer or shorter the guess is an hour off.
  const offMs = timeOfDayMs(guess);
  return offMs > dayMs / 2 ? guess + dayMs - offMs : guess - offMs;
}

let pacificClock: Intl.DateTimeFormat | undefined;

function timeOfDayMs(atMs: number): number {
  pacificClock ??= new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(pacificClock.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const seconds =
    (parts.get('hour') ?? 0) * 3600 + (parts.get('minute') ?? 0) * 60 + (parts.get('second') ?? 0);
  return seconds * 1000 + (((atMs % 1000) + 1000) % 1000);
}
