import { Link } from '@tanstack/react-router';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { Page } from '../shell/page.tsx';
import { Empty } from '../ui/empty.tsx';
import { Modal } from '../ui/modal.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { tell } from '../ui/toasts.tsx';
import { formatBytes } from '../words/format.ts';
import { addWords, say } from '../words/say.ts';
import { studioWords } from '../words/studio-words.ts';
import { historyBounds } from './history.ts';
import { clearPictures, isKept, loadPictures, pictures } from './pictures.ts';
import { PictureGrid } from './picture-grid.tsx';
import { useStore } from './store.ts';
import './studio.css';

addWords(studioWords);

const pageOf = 60;

/** Everything that was drawn in this browser and is still kept. */
export function GalleryPage(): ReactNode {
  const all = useStore(pictures);
  const kept = useStore(isKept);
  const [isLoaded, setLoaded] = useState(false);
  const [text, setText] = useState('');
  const [most, setMost] = useState(pageOf);
  const [isClearing, setClearing] = useState(false);
  useEffect(() => {
    void loadPictures().then(() => setLoaded(true));
  }, []);
  const words = useDeferredValue(text).trim().toLowerCase();
  const found = all.filter(({ wish, size = '' }) =>
    `${wish.prompt} ${wish.model} ${size} ${wish.ratio} ${wish.size}`.toLowerCase().includes(words),
  );
  const clear = (): void => {
    setClearing(false);
    clearPictures().then(
      () => tell(say('gallery.cleared')),
      () => tell(say('gallery.notKept'), true),
    );
  };
  return (
    <Page title={say('gallery.title')}>
      <p className="quiet">
        {say('gallery.lead', { count: historyBounds.pictures, bytes: formatBytes(historyBounds.bytes) })}
      </p>
      {!kept && <p className="notice odd">{say('gallery.notKept')}</p>}
      {!isLoaded && all.length === 0 && <Skeleton blockSize="24rem" />}
      {isLoaded && all.length === 0 && (
        <Empty title={say('gallery.empty')} lead={say('gallery.empty.lead')}>
          <Link to="/studio" className="button primary">
            {say('gallery.toStudio')}
          </Link>
        </Empty>
      )}
      {all.length > 0 && (
        <>
          <div className="row-of">
            <input
              className="input gallery-search"
              type="search"
              aria-label={say('gallery.search')}
              placeholder={say('gallery.search')}
              value={text}
              onChange={({ target }) => setText(target.value)}
            />
            <button type="button" className="button danger" onClick={() => setClearing(true)}>
              {say('gallery.clear')}
            </button>
          </div>
          {found.length === 0 ? (
            <p role="status">{say('gallery.none')}</p>
          ) : (
            <PictureGrid pictures={found.slice(0, most)} />
          )}
          {found.length > most && (
            <button type="button" className="button" onClick={() => setMost(most + pageOf)}>
              {say('app.more')}
            </button>
          )}
        </>
      )}
      {isClearing && (
        <Modal label={say('gallery.clear')} onClose={() => setClearing(false)}>
          <div className="stack code-body">
            <p>{say('gallery.clear.ask')}</p>
            <div className="row-of">
              <button type="button" className="button danger" onClick={clear}>
                {say('gallery.clear')}
              </button>
              <button type="button" className="button" autoFocus onClick={() => setClearing(false)}>
                {say('app.cancel')}
              </button>
            </div>
          </div>
        </Modal>
      )}
    </Page>
  );
}
