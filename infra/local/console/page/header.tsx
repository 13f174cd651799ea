import { failure } from './commands.ts';
import { connection } from './state.ts';
import { setTheme, theme } from './theme.ts';

const says = {
  connecting: 'connecting …',
  connected: 'live',
  lost: 'The local run is gone. This page goes on when it is back.',
} as const;

const themes = ['system', 'light', 'dark'] as const;

export const Header = () => (
  <header class="top">
    <div>
      <h1>
        middy-idempotency <span class="soft">console</span>
      </h1>
      <p class="soft">What happens when somebody presses Pay twice: the accident, and the cures.</p>
    </div>
    <div class="top-right">
      <p class={`connection ${connection.value}`} role="status">
        {says[connection.value]}
      </p>
      <fieldset class="choice">
        <legend class="hidden">Colours</legend>
        {themes.map((name) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => setTheme(name)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
    </div>
    <p class="failure" role="alert">
      {failure.value}
    </p>
  </header>
);
