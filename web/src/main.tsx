import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import './shell/shell.css';
import './session/session.css';
import { askEarly } from './api/early.ts';
import { firstRequests } from './first-requests.ts';
import { loadLanguage } from './load-language.ts';
import { pause } from './pause.ts';
import { basePath } from './session/own-path.ts';
import { knownRole } from './session/known-role.ts';

/** Asks for what the page will show, then runs what shows it, each piece as a task of its own. */
async function run(): Promise<void> {
  await loadLanguage();
  const role = knownRole();
  // A link that signs in opens another session, and filters are read by the router alone.
  if (role !== undefined && location.hash === '' && location.search === '')
    await askEarly(firstRequests(location.pathname.slice(basePath.length), role));
  await import('./libraries.ts');
  await pause();
  const { start } = await import('./start.tsx');
  await pause();
  await start();
}

// Not awaited here: with a wait at its top a module is given files of a few bytes for each that it imports.
void run();
