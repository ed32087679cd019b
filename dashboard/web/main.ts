import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { LiveFeed } from './feed/live-feed.svelte.ts';
import { Reveal } from './bottleneck/reveal.svelte.ts';
import { View } from './plot/view.svelte.ts';

const params = new URLSearchParams(location.search);

mount(App, {
  target: document.body,
  props: { feed: new LiveFeed(), view: new View(params), reveal: new Reveal(params) },
});
