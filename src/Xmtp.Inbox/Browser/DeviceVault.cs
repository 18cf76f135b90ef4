using Microsoft.JSInterop;

namespace Xmtp.Inbox.Browser;

/// <summary>Seals small secrets under a key that the browser keeps and this page can use but not read; see <c>vault.js</c>.</summary>
public sealed class DeviceVault(IJSRuntime scripts)
{
    private readonly ScriptModule _vault = new(scripts, "vault.js");

    /// <param name="secret">What to seal.</param>
    /// <param name="passphrase">Asked for again at every opening; null for none.</param>
    public Task<byte[]> SealAsync(byte[] secret, string? passphrase = null) => _vault.CallAsync<byte[]>("seal", secret, passphrase);

    /// <returns>The secret; null when the passphrase is another one, or it was sealed in another browser.</returns>
    public Task<byte[]?> OpenAsync(byte[] seal, string? passphrase = null) => _vault.CallAsync<byte[]?>("open", seal, passphrase);
}
