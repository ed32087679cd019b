/**
 * The incidents of processes, Redis among them: each shows, can be found, and is cured.
 * @module
 */
import { SCENARIOS } from '../../lab/incidents/scenarios.ts';
import { testScenarios } from '../../testing/incidents.ts';

testScenarios(SCENARIOS.filter(({ part }) => part !== 'queue'));
