import './workshop.css';
import { addCopyButtons } from './copy-buttons.ts';
import { addTabs } from './tabs.ts';
import { addThemeSwitch } from './theme-switch.ts';

const header = document.querySelector('header');
if (header) addThemeSwitch(header);
addTabs();
addCopyButtons();
