/**
 * The incidents of the queue: each shows, can be found, and is cured.
 * @module
 */
import { SCENARIOS } from '../../tools/incidents/scenarios/all.ts';
import { testScenarios } from '../support/incidents.ts';

testScenarios(SCENARIOS.filter(({ part }) => part === 'queue'));
