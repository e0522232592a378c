import { type ReactNode, useEffect, useState } from 'react';
import { formatDuration } from '../words/format.ts';
import { say } from '../words/say.ts';
import type { Picture } from './picture.ts';

/** The server sends a sign of life every ten seconds. */
const quietForMs = 25_000;

/** How long a picture has been drawn, and whether the server is still heard. */
export function Seconds({
  picture: { startedAtMs = 0, aliveAtMs = 0 },
}: {
  readonly picture: Picture;
}): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const time = formatDuration(Math.max(0, Math.floor((nowMs - startedAtMs) / 1000)) * 1000);
  return (
    <span aria-live="off">
      {say(nowMs - aliveAtMs > quietForMs ? 'picture.silent' : 'picture.drawing', { time })}
    </span>
  );
}
