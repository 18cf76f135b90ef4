// Opens and writes key files in a thread of its own: they are made to take seconds of work, during which the page must not stand still.

export function run(operation, content, passphrase) {
  const worker = new Worker(new URL("keyfiles-worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => data.failure ? reject(new Error(data.failure)) : resolve(data.result);
    worker.onerror = failure => reject(new Error(failure.message || "The key file cannot be worked on in this browser."));
    worker.postMessage({ operation, content, passphrase });
  }).finally(() => worker.terminate());
}
