// Before anything is drawn: the theme that was chosen, so that nothing flashes.
const theme = localStorage.getItem("xmtp-theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

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
