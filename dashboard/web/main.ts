import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { Live } from './state/live.svelte.ts';
import { View } from './state/view.svelte.ts';

mount(App, {
  target: document.body,
  props: { live: new Live(), view: new View(new URLSearchParams(location.search)) },
});
