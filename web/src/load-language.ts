import { pause } from './pause.ts';

/**
 * Has the browser load what it knows of numbers and of moments, which it does when the first of each is written and which takes
 * a slow one longer than to draw a page. Done while scripts are still on their way, it keeps nobody waiting.
 */
export async function loadLanguage(): Promise<void> {
  await pause();
  Intl.NumberFormat(navigator.language);
  await pause();
  Intl.DateTimeFormat(navigator.language);
  await pause();
}
