// SPDX-License-Identifier: Apache-2.0
// Figures of the trace page, as JSON on stdout: opening, scrolling, folding, typing, memory.
// Usage: node test/perf/trace_perf.mjs [spans …]      (default 100000)
import { openBrowser } from '../e2e/browser.mjs';
import { startServer } from '../e2e/server.mjs';
import { sendHugeTrace } from '../e2e/trace_spans.mjs';

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
}

/** Scrolls by `step` px on each of `frames` frames; gives frame intervals and script time, in ms. */
async function scroll(page, step, frames = 240) {
  return page.evaluate(
    async ([by, count]) => {
      const grid = document.querySelector('[role=treegrid]');
      const intervals = [];
      const scripts = [];
      grid.scrollTop = 0;
      let last = await new Promise(requestAnimationFrame);
      for (let i = 0; i < count; i++) {
        grid.scrollTop += by;
        const before = performance.now();
        grid.dispatchEvent(new Event('scroll'));
        scripts.push(performance.now() - before);
        const now = await new Promise(requestAnimationFrame);
        intervals.push(now - last);
        last = now;
      }
      return { intervals, scripts };
    },
    [step, frames],
  );
}

async function watchEvents(page) {
  await page.evaluate(() => {
    window.eventTimes = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.eventTimes.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16 });
  });
}

async function press(page, keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(30);
  }
  return keys.length;
}

async function measureFold(page) {
  return page.evaluate(async () => {
    const times = [];
    const grid = document.querySelector('[role=treegrid]');
    for (let i = 0; i < 20; i++) {
      const before = performance.now();
      const key = i % 2 === 0 ? 'ArrowLeft' : 'ArrowRight';
      grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      times.push(performance.now() - before);
      await new Promise(requestAnimationFrame);
    }
    return times;
  });
}

async function noteOpening(page) {
  await page.addInitScript(() => {
    const { fetch } = window;
    window.fetch = async (...args) => {
      const response = await fetch(...args);
      if (!String(args[0]).endsWith('/cols')) return response;
      const body = await response.arrayBuffer();
      window.receivedAt = performance.now();
      return new Response(body, { headers: response.headers });
    };
    const waitForRows = () => {
      if (!document.querySelector('.span-row')) return requestAnimationFrame(waitForRows);
      return requestAnimationFrame(() => setTimeout(() => (window.paintedAt = performance.now())));
    };
    requestAnimationFrame(waitForRows);
  });
}

function frames({ intervals, scripts }) {
  return {
    frame_ms_p50: quantile(intervals, 0.5),
    frame_ms_p95: quantile(intervals, 0.95),
    script_ms_p95: quantile(scripts, 0.95),
  };
}

async function measure(base, count) {
  const traceId = count.toString(16).padStart(32, '0');
  await sendHugeTrace(base, traceId, count);
  const browser = await openBrowser(base);
  const { page } = browser;
  await noteOpening(page);
  await page.goto(`/trace/${traceId}`);
  await page.waitForFunction(() => window.paintedAt);
  const open = await page.evaluate(() => window.paintedAt - window.receivedAt);
  await page.waitForTimeout(500);
  const small = await scroll(page, 48);
  const large = await scroll(page, 2400);
  await page.locator('[role=treegrid]').focus();
  await press(page, ['Home']);
  const fold = await measureFold(page);
  await watchEvents(page);
  const moves = ['End', 'Home', ...Array(20).fill('ArrowDown'), ...Array(10).fill('PageDown')];
  let events = await press(page, moves);
  events += await press(page, ['/', ...'needle']);
  await page.waitForTimeout(800);
  const slow = await page.evaluate(() => window.eventTimes);
  // Events faster than the observer's threshold are not listed; they count as that threshold.
  const latencies = [...slow, ...Array(Math.max(0, 3 * events - slow.length)).fill(16)];
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await session.send('Runtime.getHeapUsage');
  browser.expectClean();
  await browser.close();
  return {
    spans: count,
    open_ms: Number(open.toFixed(1)),
    scroll_48px: frames(small),
    scroll_2400px: frames(large),
    fold_ms_p50: quantile(fold, 0.5),
    fold_ms_max: quantile(fold, 1),
    event_ms_p98: quantile(latencies, 0.98),
    event_ms_max: quantile(latencies, 1),
    heap_mb: Number(((usedSize + backingStorageSize) / 2 ** 20).toFixed(1)),
  };
}

const counts = process.argv.slice(2).map(Number);
const server = await startServer();
try {
  for (const count of counts.length > 0 ? counts : [100_000]) {
    console.log(JSON.stringify(await measure(server.base, count), null, 1));
  }
} finally {
  await server.stop();
}
