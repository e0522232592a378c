const pacificClock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayMs = 86_400_000;

/** When the next day begins in California, where a day's quota is counted (docs/contracts/gemini.md#quota-errors). */
export function nextPacificMidnightMs(nowMs: number): number {
  const wholeMs = Math.floor(nowMs / 1000) * 1000;
  const midnightMs = wholeMs + dayMs - sinceMidnightMs(wholeMs);
  // A day on which the clocks change is an hour shorter or longer.
  const offMs = sinceMidnightMs(midnightMs);
  return offMs > dayMs / 2 ? midnightMs + dayMs - offMs : midnightMs - offMs;
}

function sinceMidnightMs(atMs: number): number {
  const parts = pacificClock.formatToParts(atMs);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1000;
}
