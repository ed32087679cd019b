import './no-eval.ts';
import { mount } from 'svelte';
import '../app.css';
import Class from './Class.svelte';

mount(Class, { target: document.body });
