import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { Live } from './state/live.svelte.ts';

mount(App, { target: document.body, props: { live: new Live() } });
