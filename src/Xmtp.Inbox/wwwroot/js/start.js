// Before anything is drawn: the theme that was chosen, so that nothing flashes.
const theme = localStorage.getItem("xmtp-theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

// Browsers let timers of a page that is not in front go off once a second, and later once a minute. The runtime goes from each step of
// its work to the next by a timer of no delay, some twenty for a message: there it goes by messages to itself, which come at once.
const later = window.setTimeout;
const forget = window.clearTimeout;
const steps = new Map();
const { port1: inbox, port2: outbox } = new MessageChannel();
let step = 0;
inbox.onmessage = ({ data }) => {
  const act = steps.get(data);
  steps.delete(data);
  act?.();
};
window.setTimeout = (act, delay, ...given) => {
  if (!document.hidden || delay > 0 || typeof act !== "function") return later(act, delay, ...given);
  // Below zero: no timer of the browser's own has such a number.
  steps.set(--step, () => act(...given));
  outbox.postMessage(step);
  return step;
};
window.clearTimeout = timer => steps.delete(timer) || forget(timer);

document.addEventListener("DOMContentLoaded", () => {
  if (window.isSecureContext) {
    navigator.serviceWorker?.register("service-worker.js").catch(() => { });
    Blazor.start();
    return;
  }

  // Browsers give a page keys and a store only where nobody on the way can have changed it.
  document.querySelector("#app [role=status]").textContent =
    `Your keys would not be safe here: this page came over plain HTTP. Open it as http://localhost:${location.port || 80}/ on the machine that the node runs on, or over HTTPS.`;
});
