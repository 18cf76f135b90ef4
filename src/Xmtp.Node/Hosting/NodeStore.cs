using System.Runtime.Versioning;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Storage;
using Xmtp.Node.Options;
using Xmtp.Node.Storage.RocksDb;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Hosting;

/// <summary>Opens the store that the options name, and the key that its log is signed with.</summary>
internal static class NodeStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string StoreFolder = "store";

    /// <summary>Opens it.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>.</exception>
    public static (IEnvelopeStore Store, NodeKey Key) Open(NodeOptions options, ILoggerFactory loggers)
    {
        if (options.Store == StoreKind.Memory) return (new InMemoryEnvelopeStore(), NodeKey.Generate());
        var path = Path.GetFullPath(options.DataDirectory);
        try
        {
            PrepareDirectory(path, loggers.CreateLogger<NodeHost>());
            var key = NodeKeyFile.LoadOrCreate(path);
            return (RocksDbEnvelopeStore.Open(Path.Combine(path, StoreFolder), logger: loggers.CreateLogger<RocksDbEnvelopeStore>()), key);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new XmtpException(ErrorCatalogue.StoreUnusable, $"the data directory {path} cannot be used: {problem.Message}", problem);
        }
    }

    private static void PrepareDirectory(string path, ILogger logger)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else PrepareUnixDirectory(path, logger);
    }

    [UnsupportedOSPlatform("windows")]
    private static void PrepareUnixDirectory(string path, ILogger logger)
    {
        // Ciphertext, but also who writes to which topic and when: nothing for other users of the machine. A directory that was
        // there before may have its reasons, so it is only spoken of.
        if (!Directory.Exists(path)) Directory.CreateDirectory(path, OwnerOnly);
        else if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0) logger.DataDirectoryOpen(path);
    }
}
