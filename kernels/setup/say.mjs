// What set-up says, on stderr: a bar in a terminal, plain lines elsewhere.

const terminal = () => process.stderr.isTTY === true;
let barShown = false;

function clearBar() {
  if (barShown) process.stderr.write("\r\u001b[K");
  barShown = false;
}

/** One line, above the bar where there is one. */
export function say(line) {
  clearBar();
  process.stderr.write(`${line}\n`);
}

const seconds = (value) => (value < 90 ? `${Math.max(1, Math.round(value))} s` : `${Math.round(value / 60)} min`);

/** Rate and time left after `done` of `total` in `elapsed` seconds, or nothing while there is too little to tell from. */
export function pace(done, total, elapsed) {
  if (done < 3 || elapsed < 1 || done >= total) return "";
  const rate = done / elapsed;
  return `, ${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s, about ${seconds((total - done) / rate)} left`;
}

/** Shows how many of `total` things are there, asking `count` several times a second; returns the function that ends it. */
export function progress({ what, total, count }) {
  const started = Date.now();
  const show = (done, elapsed) => {
    const filled = Math.round((24 * done) / Math.max(1, total));
    const text = `${what} [${"#".repeat(filled)}${".".repeat(24 - filled)}] ${done} of ${total}${pace(done, total, elapsed)}`;
    process.stderr.write(`\r\u001b[K${text.slice(0, Math.max(20, (process.stderr.columns || 80) - 1))}`);
    barShown = true;
  };
  let lastLine = started;
  const tick = () => {
    const done = Math.min(total, count());
    const elapsed = (Date.now() - started) / 1000;
    if (terminal()) show(done, elapsed);
    else if (Date.now() - lastLine >= 5000) {
      lastLine = Date.now();
      say(`${what}: ${done} of ${total}${pace(done, total, elapsed)}`);
    }
  };
  const timer = setInterval(tick, terminal() ? 200 : 1000);
  return () => {
    clearInterval(timer);
    clearBar();
    return (Date.now() - started) / 1000;
  };
}
