// Wallets that extensions put into the page: those that announce themselves (EIP-6963), and the one that is just there (EIP-1193).

const announced = new Map();

window.addEventListener("eip6963:announceProvider", event => {
  const { info, provider } = event.detail ?? {};
  if (typeof info?.uuid === "string" && typeof provider?.request === "function") announced.set(info.uuid, { name: String(info.name), provider });
});

// Ids and names, one after the other.
export function list() {
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  const found = [...announced].flatMap(([id, { name }]) => [id, name]);
  if (found.length === 0 && typeof window.ethereum?.request === "function") found.push("window.ethereum", "Browser wallet");
  return found;
}

const provider = id => id === "window.ethereum" ? window.ethereum : announced.get(id).provider;

export async function connect(id) {
  const accounts = await provider(id).request({ method: "eth_requestAccounts" });
  return String(accounts?.[0] ?? "");
}

export async function sign(id, address, text) {
  const bytes = [...new TextEncoder().encode(text)].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return String(await provider(id).request({ method: "personal_sign", params: ["0x" + bytes, address] }));
}
