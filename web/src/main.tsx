import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import './shell/shell.css';
import './session/session.css';
import { start } from './start.tsx';

await start();
