namespace Xmtp.Node.Core.Storage;

/// <summary>What an operator can have done to a store that is on a disk. Commits and reads go on meanwhile.</summary>
public interface IStoreMaintenance
{
    /// <summary>Where the store is.</summary>
    string Location { get; }

    /// <summary>Gives the room of what was removed back to the disk. Takes as long as reading and writing everything once.</summary>
    /// <param name="cancellationToken">Stops between two parts; what was done stays done.</param>
    /// <exception cref="IOException">The store failed.</exception>
    Task CompactAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a store that holds all that is committed at one moment into a new directory. On the same disk it takes no room but for
    /// what the original gives up later.
    /// </summary>
    /// <param name="path">A directory that does not exist; the one it is in does.</param>
    /// <param name="cancellationToken">Gives up before it begins.</param>
    /// <exception cref="IOException">The store or the disk failed, or the directory exists.</exception>
    Task CheckpointAsync(string path, CancellationToken cancellationToken = default);
}
