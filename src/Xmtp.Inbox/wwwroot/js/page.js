// What only the page can do.

export const read = key => localStorage.getItem(key);
export const write = (key, value) => localStorage.setItem(key, value);

export function setTheme(theme) {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("xmtp-theme");
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("xmtp-theme", theme);
  }
}

export const theme = () => localStorage.getItem("xmtp-theme") ?? "system";

export const copy = async text => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

// Only what browsers draw as a picture and nothing else gets its own type here; the rest is bytes to be saved.
export const blobUrl = (bytes, mimeType) => URL.createObjectURL(new Blob([bytes], { type: mimeType }));
export const dropUrl = url => URL.revokeObjectURL(url);

export function save(bytes, name) {
  const url = blobUrl(bytes, "application/octet-stream");
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export const isHidden = () => document.hidden;

export const notificationState = () => "Notification" in window ? Notification.permission : "unsupported";

export const askForNotifications = async () => "Notification" in window ? await Notification.requestPermission() : "unsupported";

export async function notify(title, body, tag) {
  if (notificationState() !== "granted") return false;
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) await worker.showNotification(title, { body, tag, icon: "icon.svg" });
  else new Notification(title, { body, tag, icon: "icon.svg" });
  return true;
}

export const setTitle = title => { document.title = title; };
export const focus = element => element?.focus();
export const focusById = id => document.getElementById(id)?.focus();
export const clickById = id => document.getElementById(id)?.click();

// Shortcuts for the whole page, unless somebody is writing.
export function listen(owner) {
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isWriting = event.target.closest("input, textarea, select, dialog") !== null;
    if (event.key === "Escape" ? event.target.closest("dialog") !== null : isWriting) return;
    if (!["/", "n", "Escape"].includes(event.key)) return;
    if (event.key !== "Escape") event.preventDefault();
    owner.invokeMethodAsync("OnKeyAsync", event.key);
  });
  document.addEventListener("visibilitychange", () => owner.invokeMethodAsync("OnVisibilityAsync", !document.hidden));
}

// Enter sends, with Shift it starts a new line; the text field grows with its text; files dropped on it or pasted go where chosen ones go.
export function prepareComposer(field, fileInput, owner) {
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  };
  const takeFiles = (event, files) => {
    if (!files?.length || !fileInput.isConnected) return;
    event.preventDefault();
    const holder = new DataTransfer();
    holder.items.add(files[0]);
    fileInput.files = holder.files;
    fileInput.dispatchEvent(new Event("change", { bubbles: true }));
  };
  // Emptied here and at once: what is typed next belongs to the next message.
  const send = event => {
    event.preventDefault();
    const text = field.value;
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    owner.invokeMethodAsync("SendTextAsync", text);
  };
  field.addEventListener("input", fit);
  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  });
  field.addEventListener("paste", event => takeFiles(event, event.clipboardData?.files));
  const area = field.closest("form");
  area.addEventListener("submit", send);
  area.addEventListener("dragover", event => event.preventDefault());
  area.addEventListener("drop", event => takeFiles(event, event.dataTransfer?.files));
}

export function showDialog(dialog) {
  if (!dialog.open) dialog.showModal();
}

export const onLine = () => navigator.onLine;
