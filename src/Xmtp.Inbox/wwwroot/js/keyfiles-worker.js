import { dotnet } from "../_framework/dotnet.js";

// Asked for before anything is loaded, so that no message is lost.
const asked = new Promise(resolve => { self.onmessage = ({ data }) => resolve(data); });

try {
  const { getAssemblyExports } = await dotnet.create();
  const { KeyFileWork } = (await getAssemblyExports("Xmtp.Inbox")).Xmtp.Inbox.Accounts;
  const { operation, content, passphrase } = await asked;
  self.postMessage({ result: KeyFileWork[operation](content, passphrase) });
} catch (failure) {
  self.postMessage({ failure: String(failure?.message ?? failure).split("\n")[0] });
}
