import { addWords } from '../words/say.ts';
import { studioWords } from '../words/studio-words.ts';

addWords(studioWords);
