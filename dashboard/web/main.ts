import { mount } from 'svelte';
import './app.css';
import Live from './Live.svelte';

mount(Live, { target: document.body });
