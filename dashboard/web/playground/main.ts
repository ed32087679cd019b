import { mount } from 'svelte';
import '../app.css';
import { Guide } from '../guide/guide.svelte.ts';
import { Reveal } from '../bottleneck/reveal.svelte.ts';
import { View } from '../plot/view.svelte.ts';
import Embed from './Embed.svelte';
import Playground from './Playground.svelte';
import { SimulatedFeed } from './simulated-feed.svelte.ts';

const params = new URLSearchParams(location.search);
params.delete('wall'); // there would be no controls
const feed = new SimulatedFeed();

if (params.has('embed')) {
  mount(Embed, { target: document.body, props: { feed } });
} else {
  const props = {
    feed,
    view: new View(params),
    reveal: new Reveal(params, feed.source),
    guide: new Guide(params, feed.source),
  };
  mount(Playground, { target: document.body, props });
}

// Without one, such as over plain HTTP, the page works, but only online.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  void navigator.serviceWorker.register('./service-worker.js').catch(() => undefined);
}
