import { playStory } from './commands.ts';
import { groups, stories } from './state.ts';

/** Whether a story is under way: one plans accidents that another would meet. */
const isPlaying = (): boolean =>
  groups.value.some(({ group: { value } }) => value.captions.length > 0 && value.endedMs === undefined);

/** On a narrow page the lanes are far below. */
const play = async (name: string): Promise<void> => {
  await playStory(name);
  const life = document.getElementById('life');
  const topPx = life?.getBoundingClientRect().top ?? 0;
  if (topPx < 0 || topPx > innerHeight / 2) life?.scrollIntoView();
};

export const Stories = () => {
  const playing = isPlaying();
  return (
    <section aria-labelledby="stories-title">
      <h2 id="stories-title">Start here: known stories</h2>
      <ol class="stories">
        {stories.value.map(({ name, title, shows }) => (
          <li key={name}>
            <button type="button" data-story={name} aria-disabled={playing} onClick={() => !playing && void play(name)}>
              <strong>{title}</strong>
              <span class="soft">{shows}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
};
