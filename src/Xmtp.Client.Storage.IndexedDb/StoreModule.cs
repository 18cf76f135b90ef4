using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;

namespace Xmtp.Client.Storage;

/// <summary>The functions of <c>wwwroot/store.js</c>.</summary>
[SupportedOSPlatform("browser")]
internal static partial class StoreModule
{
    private const string Name = "Xmtp.Client.Storage.IndexedDb";

    // Told from where the runtime's own scripts lie, in _framework.
    private const string Address = $"../_content/{Name}/store.js";

    /// <summary>Loads the module, once.</summary>
    public static Task LoadAsync(CancellationToken cancellationToken) => JSHost.ImportAsync(Name, Address, cancellationToken);

    [JSImport("open", Name)]
    public static partial Task<JSObject> OpenAsync(string database, int patienceMs);

    [JSImport("find", Name)]
    public static partial Task<JSObject> FindAsync(JSObject store, byte[] keys);

    [JSImport("read", Name)]
    public static partial Task<JSObject> ReadAsync(JSObject store, byte[] from, byte[] to, int limit, bool isDescending);

    [JSImport("commit", Name)]
    public static partial Task CommitAsync(JSObject store, byte[] changes);

    [JSImport("take", Name)]
    public static partial byte[] Take(JSObject holder);

    [JSImport("close", Name)]
    public static partial void Close(JSObject store);

    [JSImport("remove", Name)]
    public static partial Task<bool> RemoveAsync(string database, int patienceMs);
}
