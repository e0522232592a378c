import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const kept = resolve(import.meta.dirname, '../fixtures/data-folder-0.1.0');

/** The data folder that version 0.1.0 left behind, for one test. */
export function earlierDataFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'plantain-earlier-'));
  cpSync(kept, path, { recursive: true });
  const database = new DatabaseSync(join(path, 'plantain.db'));
  database.exec(readFileSync(join(kept, 'plantain.sql'), 'utf8'));
  database.close();
  return { path, remove: () => rmSync(path, { recursive: true }) };
}

export const earlier = {
  /** A key that was rotated once, as it is since then, and as it was. */
  rotatedKey: ['sk-o8PHmwXUZU65X8Ujsnfc', '0vXhgYSgelNp05UIlUWP7UiRupGw'].join(''),
  replacedKey: ['sk-1aHkf9yvfKKu3yYZPg29', 'rwzXCXtD9NoiXRnRXhQXRk8MV0Ru'].join(''),
  /** Given out by that version, for longer than usual. */
  link: '/images/Vs7iQVKxuE5tyaBc7Ph4KnyH.webp?expires=4102444800&signature=JkNC_DmTy9B2vfrHdGa3ombo9iDWFyo57EF-_YWKXB4',
  pictureBytes: 76_470,
};
