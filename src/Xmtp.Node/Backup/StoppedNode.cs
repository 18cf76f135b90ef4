using Xmtp.Node.Core.Keys;
using Xmtp.Node.Hosting;
using Xmtp.Node.Storage.RocksDb;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Backup;

/// <summary>The data of a node that does not run, opened to be backed up. A node that runs has it locked.</summary>
internal sealed class StoppedNode : IAsyncDisposable
{
    private readonly RocksDbEnvelopeStore _store;

    private StoppedNode(RocksDbEnvelopeStore store, NodeId id, string keyFile) => (_store, Id, KeyFile) = (store, id, keyFile);

    /// <summary>Whose data it is.</summary>
    public NodeId Id { get; }

    /// <summary>Its key.</summary>
    public string KeyFile { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.StoreUnusable"/>: there is none, or a process has it.</exception>
    public static StoppedNode Open(string dataDirectory)
    {
        var directory = Path.GetFullPath(dataDirectory);
        var (store, key) = (Path.Combine(directory, BackupFormat.StoreFolder), Path.Combine(directory, BackupFormat.KeyName));
        if (!Directory.Exists(store) || !File.Exists(key)) throw new XmtpException(ErrorCatalogue.StoreUnusable, $"{directory} is no node's data directory: it has no {BackupFormat.StoreFolder} or no {BackupFormat.KeyName}.");
        using var loaded = NodeKeyFile.LoadOrCreate(directory);
        return new StoppedNode(RocksDbEnvelopeStore.Open(store), loaded.Id, key);
    }

    /// <summary>Backs it up.</summary>
    public BackupWriter Writer(TimeProvider time) => new(_store, Id, string.Empty, time);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
