import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { LiveFeed } from './state/live-feed.svelte.ts';
import { View } from './state/view.svelte.ts';

mount(App, {
  target: document.body,
  props: { feed: new LiveFeed(), view: new View(new URLSearchParams(location.search)) },
});
