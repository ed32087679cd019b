import { expect, onTestFinished, test } from 'vitest';
import { startTestDashboard } from '../../testing/dashboard-app.ts';

test.each(['/json', '/api/history', '/queues/api/queues', '/queues/api/job-schedulers'])(
  'a Redis that hangs makes %s 503 within 3 s',
  async (path) => {
    const dashboard = await startTestDashboard();
    onTestFinished(() => dashboard[Symbol.asyncDispose]());
    expect((await dashboard.create().request(path)).status).toBe(200);
    const app = dashboard.create(); // with nothing cached

    process.kill(dashboard.server.pid, 'SIGSTOP');
    onTestFinished(() => void process.kill(dashboard.server.pid, 'SIGCONT'));
    const asked = performance.now();
    const answer = await app.request(path);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('Redis is away; the dashboard keeps trying\n');
    expect(performance.now() - asked).toBeLessThan(3000);
  },
);
