import { AccidentsPanel } from './accidents-panel.tsx';
import { Header } from './header.tsx';
import { Life } from './life.tsx';
import { Shop } from './shop.tsx';
import { shop } from './state.ts';
import { Stories } from './stories.tsx';
import { TablesPanel } from './tables-panel.tsx';
import { Words } from './words.tsx';

export const Page = () => (
  <>
    <a class="skip" href="#life">
      Skip to the requests
    </a>
    <Header />
    <main>
      <Words />
      <div class="columns">
        <div class="column act">
          {shop.value && <Stories />}
          <AccidentsPanel />
        </div>
        <div class="column see">
          {shop.value && <Shop />}
          <Life />
        </div>
        <div class="column know">
          <TablesPanel />
        </div>
      </div>
    </main>
  </>
);
