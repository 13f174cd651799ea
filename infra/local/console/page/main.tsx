import { render } from 'preact';
import { startClock } from './clock.ts';
import { connect } from './connect.ts';
import { Page } from './page.tsx';
import './style.css';
import { apply } from './theme.ts';

apply();
connect();
startClock();
const root = document.getElementById('app');
if (root) render(<Page />, root);
