import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { modelsQuery, sessionQuery, studioQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { addWords, say } from '../words/say.ts';
import { studioWords } from '../words/studio-words.ts';
import { changeForm, form } from './form.ts';
import { PictureGrid } from './picture-grid.tsx';
import { loadPictures, pictures } from './pictures.ts';
import { useStore } from './store.ts';
import { fitToModel } from './wish.ts';
import { WishForm } from './wish-form.tsx';
import './studio.css';

addWords(studioWords);
// Asked for before it is drawn: a browser takes a while to open what it keeps.
void loadPictures();

const mostShown = 24;

/** Where pictures are drawn: the wish on one side, what came of it on the other. */
export function StudioPage(): ReactNode {
  const { data: session } = useQuery(sessionQuery);
  return (
    <Page title={say('studio.title')}>
      {session?.role === 'viewer' ? (
        <Empty title={say('studio.viewer')} lead={say('studio.viewer.lead')}>
          <Link to="/orders" className="button">
            {say('app.toOrders')}
          </Link>
        </Empty>
      ) : (
        <Workshop />
      )}
    </Page>
  );
}

function Workshop(): ReactNode {
  const studio = useQuery(studioQuery);
  const models = useQuery(modelsQuery);
  const shown = useStore(pictures);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    void loadPictures().then(() => setLoaded(true));
  }, []);
  // Before it is shown: what a model offers would move what is below it.
  useLayoutEffect(() => {
    const known = studio.data?.keys ?? [];
    const chosen = form.get();
    if (known[0] !== undefined && !known.some(({ id }) => id === chosen.keyId))
      changeForm({ keyId: known[0].id });
    const model = models.data?.data.find(({ is_default }) => is_default) ?? models.data?.data[0];
    if (chosen.model === '' && model !== undefined) changeForm(fitToModel(form.get(), model));
  }, [studio.data, models.data]);
  const broken = [studio, models].filter(({ error }) => error !== null);
  if (broken[0] !== undefined)
    return <Problem error={broken[0].error} retry={() => broken.forEach((query) => void query.refetch())} />;
  if (studio.data === undefined || models.data === undefined) return <Skeleton blockSize="32rem" />;
  if (studio.data.keys.length === 0)
    return (
      <Empty title={say('studio.noKey')} lead={say('studio.noKey.lead')}>
        <pre className="code" tabIndex={0}>
          {makeKey}
        </pre>
        <CopyButton text={makeKey} />
      </Empty>
    );
  return (
    <div className="studio">
      <WishForm studio={studio.data} models={models.data.data} />
      <section className="results" aria-label={say('studio.results')}>
        {isLoaded && shown.length === 0 ? (
          <Empty title={say('studio.empty')} lead={say('studio.empty.lead')}>
            <button type="button" className="button" onClick={tryExample}>
              {say('studio.example')}
            </button>
          </Empty>
        ) : (
          <PictureGrid pictures={shown.slice(0, mostShown)} />
        )}
        {shown.length > mostShown && (
          <Link to="/gallery" className="button">
            {say('studio.toGallery')}
          </Link>
        )}
      </section>
    </div>
  );
}

const makeKey = 'plantain keys create --name studio';

function tryExample(): void {
  changeForm({ prompt: say('studio.example.prompt') });
  document.getElementById('prompt')?.focus();
}
