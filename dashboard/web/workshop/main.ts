import { mount } from 'svelte';
import '../app.css';
import './workshop.css';
import ThemeSwitch from '../components/ThemeSwitch.svelte';
import { theme } from '../state/theme.svelte.ts';
import { addCopyButtons } from './copy-buttons.ts';
import { addTabs } from './tabs.ts';

theme.apply();
addTabs(document, localStorage);
addCopyButtons(document);

const tools = document.querySelector('#tools');
if (tools) mount(ThemeSwitch, { target: tools });
